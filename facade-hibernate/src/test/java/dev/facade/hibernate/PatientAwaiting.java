package dev.facade.hibernate;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a test awaits may take a minute on a busy machine; it is registered for every test of the module. */
@SuppressWarnings("exports") // of a package that only tests add to
public final class PatientAwaiting implements BeforeAllCallback {

    /** Made by the service loader. */
    public PatientAwaiting() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
