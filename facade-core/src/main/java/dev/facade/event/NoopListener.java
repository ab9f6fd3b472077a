package dev.facade.event;

/** Hears nothing. */
enum NoopListener implements FacadeListener {
    INSTANCE;

    @Override
    public void onOperation(OperationEvent event) {}
}
