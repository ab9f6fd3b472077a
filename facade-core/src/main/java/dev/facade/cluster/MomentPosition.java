package dev.facade.cluster;

/** A moment in this process. */
record MomentPosition(long nanos) implements Position {

    @Override
    public boolean covers(Position other) {
        return other instanceof MomentPosition moment && nanos - moment.nanos >= 0;
    }

    @Override
    public boolean comparable(Position other) {
        return other instanceof MomentPosition;
    }

    @Override
    public String text() {
        return "at/" + nanos;
    }
}
