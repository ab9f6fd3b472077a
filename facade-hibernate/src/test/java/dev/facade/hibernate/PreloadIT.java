package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.FacadeRepository;
import dev.facade.query.Expression;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.NoResultException;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderBy;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.LazyInitializationException;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What preloading loads, where from and in what order; cases P01 to P46 of Ecto's suite as far as JPA has them. */
class PreloadIT {

    private static H2Node node;
    private static FacadeRepository repo;
    private static final List<String> STATEMENTS = new ArrayList<>();

    @BeforeAll
    static void start() {
        node = H2Node.named("albums");
        StatementInspector counter = sql -> {
            STATEMENTS.add(sql);
            return sql;
        };
        repo = HibernateFacade.builder()
                .master(node.url())
                .credentials(node.user(), node.password())
                .readerCredentials(node.readerUser(), node.readerPassword())
                .entities(Artist.class, Album.class, Track.class, Tag.class, Cover.class)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .hibernate("hibernate.session_factory.statement_inspector", counter)
                .build();
        Artist ann = repo.insert(new Artist("ann"));
        Artist bob = repo.insert(new Artist("bob"));
        Tag jazz = repo.insert(new Tag("jazz"));
        Tag rock = repo.insert(new Tag("rock"));
        Album full = new Album(1L, ann);
        full.tags.addAll(List.of(jazz, rock));
        full.bonus.addAll(List.of(rock, jazz));
        full.label = new Label("blue", bob);
        full.label.tags.add(rock);
        full.credits.addAll(List.of(new Credit("drums", bob), new Credit("bass", null)));
        repo.insert(full);
        repo.insert(new Album(2L, null));
        Album third = new Album(3L, ann);
        third.tags.add(jazz);
        repo.insert(third);
        repo.insert(new Cover(1L, full));
        List.of(new Track(1L, "b", 10, full), new Track(2L, "c", 30, full), new Track(3L, "a", 20, full))
                .forEach(repo::insert);
        repo.insert(new Track(4L, "z", 5, third));
    }

    @AfterAll
    static void stop() {
        repo.close();
        node.close();
    }

    @BeforeEach
    void forget() {
        STATEMENTS.clear();
    }

    private static Album album(long id) {
        return repo.getOrThrow(Album.class, id);
    }

    private static List<Album> albums() {
        return repo.all(Query.from(Album.class).orderBy(Expression.field("id").asc()));
    }

    private static List<String> titles(Album album) {
        return album.tracks.stream().map(track -> track.title).toList();
    }

    @Test
    void p02p33TheDeclaredOrderIsKept() {
        assertThat(titles(repo.preload(album(1), Preload.of("tracks")))).containsExactly("a", "b", "c");
        assertThat(repo.preload(album(1), Preload.of("bonus")).bonus)
                .extracting(tag -> tag.name)
                .containsExactly("rock", "jazz");
    }

    @Test
    void p35TheOrderOfTheQueryOverridesTheDeclaredOne() {
        Query<Track> longest =
                Query.from(Track.class).orderBy(Expression.field("seconds").desc());
        assertThat(titles(repo.preload(album(1), Preload.of().with("tracks", longest))))
                .containsExactly("c", "a", "b");
    }

    @Test
    void p23TheQueryFiltersAndItsResultsAreDistributed() {
        Query<Track> some = Query.from(Track.class)
                .where(Expression.<Integer>field("seconds").lt(25))
                .orderBy(Expression.field("id").asc());
        List<Album> all = albums();
        forget();
        repo.preload(all, Preload.of().with("tracks", some));
        assertThat(STATEMENTS).filteredOn(sql -> sql.startsWith("select")).hasSize(1);
        assertThat(all.stream().map(PreloadIT::titles).toList())
                .containsExactly(List.of("b", "a"), List.of(), List.of("z"));
    }

    @Test
    void p23AQueryThatFindsNothingLeavesEmptyCollectionsAndNull() {
        Query<Track> none = Query.from(Track.class).where("title", "nothing");
        Query<Artist> nobody = Query.from(Artist.class).where("name", "nobody");
        Album read = repo.preload(album(1), Preload.of().with("tracks", none).with("artist", nobody));
        assertThat(read.tracks).isEmpty();
        assertThat(read.artist).isNull();
    }

    @Test
    void p23AQueryAndWhatIsBelowItAreLoadedOnce() {
        Query<Track> some = Query.from(Track.class).where("title", "a");
        Preload preload = Preload.of("tracks.album.artist", "tracks.album.tags").with("tracks", some);
        Album read = repo.preload(album(1), preload);
        assertThat(titles(read)).containsExactly("a");
        assertThat(read.tracks.get(0).album.artist().name()).isEqualTo("ann");
        assertThat(read.tracks.get(0).album.tags()).hasSize(2);
    }

    @Test
    void p14AQueryFiltersManyToMany() {
        Query<Tag> jazz = Query.from(Tag.class).where("name", "jazz");
        List<Album> all = repo.preload(albums(), Preload.of().with("tags", jazz));
        assertThat(all.stream().map(album -> album.tags.size()).toList()).containsExactly(1, 0, 1);
    }

    @Test
    void p07AQueryForAReferenceIsSharedByItsOwners() {
        Query<Artist> ann = Query.from(Artist.class).where("name", "ann");
        List<Album> all = repo.preload(albums(), Preload.of().with("artist", ann));
        assertThat(all.get(0).artist).isSameAs(all.get(2).artist).isNotNull();
        assertThat(all.get(1).artist).isNull();
    }

    @Test
    void p20AFunctionFindsEntitiesByTheirKeys() {
        List<Object> asked = new ArrayList<>();
        List<Album> all = repo.preload(albums(), Preload.of().by("tags", keys -> {
            asked.addAll(keys);
            return List.of(new Tag("jazz"), new Tag("unasked"));
        }));
        assertThat(asked).containsExactlyInAnyOrder("jazz", "rock");
        assertThat(all.stream().map(album -> album.tags.size()).toList()).containsExactly(1, 0, 1);
    }

    @Test
    void aFunctionThatReturnsNullIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.preload(albums(), Preload.of().by("tags", keys -> null)))
                .withMessage("preload: the function of tags returned null (expected: entities, maybe none)");
    }

    @Test
    void p23OnlyAQueryOfWholeEntitiesWillDo() {
        Query<?> values = Query.from(Track.class).select(Expression.field("title"));
        Query<?> others = Query.from(Tag.class);
        Query<Track> tracks = Query.from(Track.class);
        for (Query<?> wrong : List.of(values, others, tracks.union(tracks))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repo.preload(album(1), Preload.of().with("tracks", wrong)))
                    .withMessageContaining("tracks")
                    .withMessageContaining("whole Track");
        }
    }

    @Test
    void p03TheSameEntityTwiceAndPreloadingAgainAreStable() {
        Album one = album(1);
        repo.preload(List.of(one, one), Preload.of("tracks", "tags"));
        assertThat(titles(one)).containsExactly("a", "b", "c");
        List<Track> before = one.tracks;
        forget();
        repo.preload(List.of(one, one), Preload.of("tracks", "tags"));
        assertThat(one.tracks).isSameAs(before);
        assertThat(STATEMENTS).noneMatch(sql -> sql.startsWith("select"));
    }

    @Test
    void forceReadsAgainWhatIsLoaded() {
        Album one = repo.preload(album(1), Preload.of("tracks.album"));
        Track before = one.tracks.get(0);
        repo.preload(one, Preload.of("tracks.album").force());
        assertThat(one.tracks.get(0)).isNotSameAs(before);
        assertThat(titles(one)).containsExactly("a", "b", "c");
    }

    @Test
    void p12NullsInTheListAreLeftOut() {
        List<Album> withNull = Arrays.asList(null, album(1), null);
        assertThat(repo.preload(withNull, Preload.of("tracks"))).isSameAs(withNull);
        assertThat(titles(withNull.get(1))).hasSize(3);
        assertThat(repo.preload(Arrays.asList(null, null), Preload.of("anything")))
                .hasSize(2);
    }

    @Test
    void p16p30NothingAssociatedGivesEmptyCollectionsAndNull() {
        Album empty = repo.preload(album(2), Preload.of("tracks", "tags", "artist", "cover", "bonus"));
        assertThat(empty.tracks).isEmpty();
        assertThat(empty.tags).isEmpty();
        assertThat(empty.bonus).isEmpty();
        assertThat(empty.artist).isNull();
        assertThat(empty.cover).isNull();
    }

    @Test
    void p04p10p13PathsLeadThroughAssociations() {
        Cover cover = repo.getOrThrow(Cover.class, 1L, Preload.of("album.tracks.album.artist", "album.tags"));
        assertThat(cover.album.tracks()).hasSize(3);
        assertThat(cover.album.tracks().get(2).album.artist().name()).isEqualTo("ann");
        assertThat(cover.album.tags()).hasSize(2);
    }

    @Test
    void p11PathsThroughNothingLeadToNothing() {
        repo.insert(new Cover(9L, null));
        Cover blank = repo.getOrThrow(Cover.class, 9L);
        repo.preload(blank, Preload.of("album.tracks"));
        repo.preload(blank, Preload.of("album.tracks"));
        assertThat(blank.album).isNull();
        repo.delete(blank);
    }

    @Test
    void p43p45AssociationsInsideAnEmbeddable() {
        List<Album> all = repo.preload(albums(), Preload.of("label.owner.albums", "label.tags"));
        assertThat(all.get(0).label.owner.name()).isEqualTo("bob");
        assertThat(all.get(0).label.owner.albums()).isEmpty();
        assertThat(all.get(0).label.tags).extracting(tag -> tag.name).containsExactly("rock");
        assertThat(all.get(1).label == null || all.get(1).label.owner == null).isTrue();
    }

    @Test
    void p46AssociationsInsideManyEmbeddables() {
        List<Album> all = albums();
        repo.preload(all, Preload.of("credits.artist.albums"));
        Map<String, Artist> byRole = new HashMap<>();
        all.get(0).credits.forEach(credit -> byRole.put(credit.role, credit.artist));
        assertThat(byRole.get("drums").name()).isEqualTo("bob");
        assertThat(byRole.get("drums").albums()).isEmpty();
        assertThat(byRole).containsEntry("bass", null);
        assertThat(all.get(1).credits).isEmpty();
    }

    @Test
    void p26p28RowsThatAreNoWholeEntitiesAreRefused() {
        Stream.of(
                        Query.from(Album.class).selectMap(Expression.field("id")),
                        Query.from(Album.class).selectOnly("id"))
                .forEach(query -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> repo.all(query, Preload.of("tracks")))
                        .withMessageContaining("whole entities"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.preload(List.of(Map.of("id", 1L)), Preload.of("tracks")))
                .withMessageContaining("no entity");
    }

    @Test
    void oneStatementForEachLevel() {
        List<Album> all = albums();
        forget();
        repo.preload(all, Preload.of("artist.albums.tags"));
        assertThat(STATEMENTS)
                .filteredOn(sql -> sql.startsWith("select") && !sql.contains("from Cover"))
                .hasSize(3);
    }

    @Test
    void u02ReloadKeepsTheOrderOfManyAndTellsWhichAreGone() {
        Tag gone = repo.insert(new Tag("gone"));
        List<Tag> asked = List.of(new Tag("rock"), gone, new Tag("jazz"), new Tag("rock"));
        repo.delete(gone);
        List<Optional<Tag>> found = repo.reload(asked);
        assertThat(found.stream().map(tag -> tag.map(known -> known.name).orElse("-")))
                .containsExactly("rock", "-", "jazz", "rock");
        assertThatExceptionOfType(NoResultException.class).isThrownBy(() -> repo.reloadOrThrow(asked));
        List<Tag> there = repo.reloadOrThrow(List.of(new Tag("jazz"), new Tag("rock")));
        assertThat(there).extracting(tag -> tag.name).containsExactly("jazz", "rock");
        assertThat(repo.reload(List.of())).isEmpty();
    }

    @Test
    void r046ReloadDropsWhatWasLoaded() {
        Album loaded = repo.preload(album(1), Preload.of("tracks"));
        Album again = repo.reloadOrThrow(List.of(loaded)).get(0);
        assertThat(again).isNotSameAs(loaded);
        assertThatExceptionOfType(LazyInitializationException.class).isThrownBy(() -> again.tracks.size());
        assertThat(repo.reloadOrThrow(List.of(loaded), Preload.of("tracks")).get(0).tracks)
                .hasSize(3);
    }

    @Test
    void u02ReloadRefusesMixturesAndWhatHasNoKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.reload(List.of(new Tag("jazz"), new Artist("ann"))))
                .withMessageContaining("one class");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.reload(List.of(new Album(null, null))))
                .withMessageContaining("without id");
        assertThatIllegalArgumentException().isThrownBy(() -> repo.reload(List.of("jazz")));
        assertThatIllegalArgumentException().isThrownBy(() -> repo.reload(Arrays.asList(new Tag("jazz"), null)));
    }

    @Entity(name = "Artist")
    static class Artist {
        @Id
        String name;

        @OneToMany(mappedBy = "artist")
        Set<Album> albums = new LinkedHashSet<>();

        protected Artist() {}

        Artist(String name) {
            this.name = name;
        }

        /** Not the fields: an artist may be a proxy, whose own fields are empty. */
        public String name() {
            return name;
        }

        public Set<Album> albums() {
            return albums;
        }
    }

    @Entity(name = "Tag")
    static class Tag {
        @Id
        String name;

        protected Tag() {}

        Tag(String name) {
            this.name = name;
        }
    }

    @Embeddable
    static class Label {
        String title;

        @ManyToOne(fetch = FetchType.LAZY)
        Artist owner;

        @ManyToMany
        @JoinTable(name = "album_label_tag")
        List<Tag> tags = new ArrayList<>();

        protected Label() {}

        Label(String title, Artist owner) {
            this.title = title;
            this.owner = owner;
        }
    }

    @Embeddable
    static class Credit {
        String role;

        @ManyToOne(fetch = FetchType.LAZY)
        Artist artist;

        protected Credit() {}

        Credit(String role, Artist artist) {
            this.role = role;
            this.artist = artist;
        }
    }

    @Entity(name = "Album")
    static class Album {
        @Id
        Long id;

        @ManyToOne(fetch = FetchType.LAZY)
        Artist artist;

        @OneToOne(mappedBy = "album", fetch = FetchType.LAZY)
        Cover cover;

        @OneToMany(mappedBy = "album")
        @OrderBy("title")
        List<Track> tracks = new ArrayList<>();

        @ManyToMany
        Set<Tag> tags = new LinkedHashSet<>();

        @ManyToMany
        @JoinTable(name = "album_bonus")
        @OrderColumn
        List<Tag> bonus = new ArrayList<>();

        @Embedded
        Label label;

        @ElementCollection
        List<Credit> credits = new ArrayList<>();

        protected Album() {}

        Album(Long id, Artist artist) {
            this.id = id;
            this.artist = artist;
        }

        public Artist artist() {
            return artist;
        }

        public List<Track> tracks() {
            return tracks;
        }

        public Set<Tag> tags() {
            return tags;
        }
    }

    @Entity(name = "Track")
    static class Track {
        @Id
        Long id;

        String title;
        int seconds;

        @ManyToOne(fetch = FetchType.LAZY)
        Album album;

        protected Track() {}

        Track(Long id, String title, int seconds, Album album) {
            this.id = id;
            this.title = title;
            this.seconds = seconds;
            this.album = album;
        }
    }

    @Entity(name = "Cover")
    static class Cover {
        @Id
        Long id;

        @OneToOne(fetch = FetchType.LAZY)
        Album album;

        protected Cover() {}

        Cover(Long id, Album album) {
            this.id = id;
            this.album = album;
        }
    }
}
