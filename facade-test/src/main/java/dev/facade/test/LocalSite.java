package dev.facade.test;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This machine: each server has a folder below this one, copied from the template.
 *
 * @param system the system identifier of this cluster, since that of the template is many clusters'
 */
record LocalSite(PostgresTemplate template, Path folder, Map<String, String> settings, long system)
        implements PostgresSite {

    @Override
    public String password() {
        return template.password();
    }

    @Override
    public Server server(String name, @Nullable Relay source) {
        return new LocalPostgresServer(template.programs(), name, folder.resolve(name));
    }

    @Override
    public void prepare(String name, @Nullable Relay source) {
        DataFolder data = new DataFolder(folder.resolve(name).resolve("data"));
        data.create(template, settings);
        new ControlFile(data.path()).identify(system);
        if (source != null) {
            data.follow(name, source.port(), PostgresTemplate.SUPERUSER, template.password());
        }
    }
}
