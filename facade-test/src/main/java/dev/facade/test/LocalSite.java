package dev.facade.test;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This machine: each server has a folder below this one, copied from the template. */
record LocalSite(PostgresTemplate template, Path folder, Map<String, String> settings) implements PostgresSite {

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
        if (source != null) {
            data.follow(name, source.port(), PostgresTemplate.SUPERUSER, template.password());
        }
    }
}
