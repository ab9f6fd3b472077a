package dev.facade.hibernate;

import java.util.Locale;

/**
 * Something that is demanded of a row.
 *
 * @param what is demanded
 * @param measured what it was
 * @param most what it may be at most
 * @param tolerated what a short run on a machine with few cores that are not its own may make of that
 * @param unit behind the numbers
 */
record FaultFigure(String what, double measured, double most, double tolerated, String unit) {

    static FaultFigure exactly(String what, double measured, double most) {
        return new FaultFigure(what, measured, most, most, "");
    }

    boolean isMet() {
        return measured <= most;
    }

    boolean isTolerable() {
        return measured <= tolerated;
    }

    String verdict() {
        return isMet() ? "met" : isTolerable() ? "within the tolerance of " + with(tolerated) : "**not met**";
    }

    /** The cells of a table. */
    String line() {
        return String.join(" | ", what, with(most), with(measured), verdict());
    }

    @Override
    public String toString() {
        return "%s: %s (expected: <= %s)".formatted(what, with(measured), with(tolerated));
    }

    private String with(double value) {
        return Double.isFinite(value) ? number(value) + unit : number(value);
    }

    static String number(double value) {
        if (Double.isInfinite(value) || Double.isNaN(value)) {
            return "never";
        }
        return value == Math.rint(value) || value >= 100
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
