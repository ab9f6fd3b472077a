package dev.facade.engine.journey;

/** When reads that do not ask for the master may use it. */
public enum MasterUse {
    /** If no replica can serve them: {@code fallbackToMaster(true)}, the default. */
    FALLBACK,
    /** Not at all: {@code fallbackToMaster(false)}. */
    NEVER,
    /** Always, replicas are not used: the master-only mode. */
    ALWAYS
}
