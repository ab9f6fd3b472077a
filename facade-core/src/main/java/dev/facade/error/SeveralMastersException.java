package dev.facade.error;

import java.util.ArrayList;
import java.util.List;

/**
 * Several servers of one cluster say at once that they are the master, so a write to either of them may be lost. Nothing
 * was written; reads go on.
 *
 * <pre>{@code
 * try {
 *     repo.insert(new Post("Hello"));
 * } catch (SeveralMastersException several) {
 *     System.out.println(several.masters()); // nothing was written
 * }
 * }</pre>
 */
public final class SeveralMastersException extends FacadeException {

    private static final long serialVersionUID = 1L;

    /** Who they are. */
    private final ArrayList<String> masters;

    /**
     * Names the servers.
     *
     * @param operation what was to be written
     * @param masters their names
     */
    public SeveralMastersException(String operation, List<String> masters) {
        super(
                operation + ": refused, since " + masters + " all say that they are the master; stop all but the one"
                        + " that was promoted last, or let them follow it: writes go on as soon as one is visible",
                null);
        this.masters = new ArrayList<>(masters);
    }

    /**
     * Returns who they are.
     *
     * @return their names
     */
    public List<String> masters() {
        return List.copyOf(masters);
    }
}
