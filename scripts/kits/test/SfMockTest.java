import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The Java kit, tried against a server. SF_MOCK_BIN names the program; the argument is a file for a JUnit report. */
public final class SfMockTest {
    private static final HttpClient HTTP = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();

    private final Map<String, Test> tests = new LinkedHashMap<>();
    private final SfMock mock;

    interface Test {
        void run() throws Exception;
    }

    private SfMockTest(SfMock mock) {
        this.mock = mock;
        orgs();
        appsAndSessions();
        faultsAndClock();
        whatHappened();
        goingBack();
        refusals();
        startingAndEnding();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("--start-and-print")) {
            System.out.println(SfMock.start().controlUrl());
            if (arguments.length > 1) {
                Runtime.getRuntime().halt(3);
            }
            return;
        }
        int failed;
        try (SfMock mock = SfMock.start("--seed", "7")) {
            failed = new SfMockTest(mock).run(arguments.length > 0 ? Path.of(arguments[0]) : null);
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    private int run(Path report) throws IOException {
        List<String> cases = new ArrayList<>();
        int failed = 0;
        for (Map.Entry<String, Test> test : tests.entrySet()) {
            String failure = failure(test.getValue());
            failed += failure == null ? 0 : 1;
            System.out.println((failure == null ? "ok      " : "FAILED  ") + test.getKey() + (failure == null ? "" : "\n" + failure));
            String inner = failure == null ? "" : "<failure>" + escape(failure) + "</failure>";
            cases.add("<testcase classname=\"SfMock\" name=\"" + escape(test.getKey()) + "\">" + inner + "</testcase>");
        }
        System.out.printf("%d passed, %d failed%n", tests.size() - failed, failed);
        if (report != null) {
            Files.writeString(report, "<testsuite name=\"java-kit\" tests=\"" + tests.size() + "\" failures=\"" + failed + "\">\n"
                    + String.join("\n", cases) + "\n</testsuite>\n");
        }
        return failed;
    }

    private static String failure(Test test) {
        try {
            test.run();
            return null;
        } catch (Throwable thrown) {
            ByteArrayOutputStream trace = new ByteArrayOutputStream();
            thrown.printStackTrace(new PrintStream(trace, true, StandardCharsets.UTF_8));
            return trace.toString(StandardCharsets.UTF_8);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static void same(Object seen, Object expected) {
        if (!Objects.equals(seen, expected)) {
            throw new AssertionError("expected " + expected + ", but saw " + seen);
        }
    }

    private static void says(String message, String... pieces) {
        int from = 0;
        for (String piece : pieces) {
            int at = message.indexOf(piece, from);
            if (at < 0) {
                throw new AssertionError("expected “" + piece + "” in: " + message);
            }
            from = at + piece.length();
        }
    }

    private static <T extends Throwable> T thrown(Class<T> kind, Test test) throws Exception {
        try {
            test.run();
        } catch (Throwable thrown) {
            if (kind.isInstance(thrown)) {
                return kind.cast(thrown);
            }
            throw new AssertionError("expected " + kind, thrown);
        }
        throw new AssertionError("nothing was thrown");
    }

    private static int status(HttpRequest request) throws Exception {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static HttpRequest query(SfMock.Session session, String soql) {
        String path = "/services/data/v67.0/query?q=" + URLEncoder.encode(soql, StandardCharsets.UTF_8);
        return HttpRequest.newBuilder(URI.create(session.instanceUrl() + path)).header("Authorization", "Bearer " + session.accessToken()).build();
    }

    private static int select(SfMock.Session session) throws Exception {
        return status(query(session, "SELECT Id FROM User"));
    }

    private static int refresh(Map<String, Object> app, SfMock.Session session) throws Exception {
        Map<String, Object> form = SfMock.json("grant_type", "refresh_token", "refresh_token", session.refreshToken(), "client_id",
                app.get("consumer_key"), "client_secret", app.get("consumer_secret"));
        String body = form.entrySet().stream().map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue().toString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return status(HttpRequest.newBuilder(URI.create(session.instanceUrl() + "/services/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    /** An org with the user {@code ada}, who has connected an installed app. */
    private record Connected(Map<String, Object> app, String key, SfMock.Org org, SfMock.Session session) {
        static Connected in(SfMock mock) {
            Map<String, Object> app = mock.newApp();
            String name = (String) app.get("name");
            SfMock.Org org = mock.newOrg(SfMock.json("users", List.of("ada"), "apps", List.of(name)));
            return new Connected(app, name, org, org.session("ada", name));
        }
    }

    private static Map<String, Object> account(String name) {
        return SfMock.json("type", "Account", "fields", SfMock.json("Name", name));
    }

    private void orgs() {
        tests.put("a new org has its users, apps and records", () -> {
            Map<String, Object> bob = SfMock.json("name", "bob", "profile", "System Administrator");
            SfMock.Org org = mock.newOrg(SfMock.json("users", List.of("ada", bob), "apps", List.of("installed"), "records", List.of(account("Acme"))));
            same(org.user("ada").get("name"), "ada");
            same(org.records().size(), 1);
            same(((Map<?, ?>) org.control("GET", "/apps/installed", null)).get("presence"), "installed");
            String body = HTTP.send(query(org.session("bob"), "SELECT Name FROM Account"), HttpResponse.BodyHandlers.ofString()).body();
            says(body, "\"totalSize\":1", "Acme");
        });
        tests.put("a user made later can log in", () -> {
            SfMock.Org org = mock.newOrg();
            Map<String, Object> user = org.newUser(SfMock.json("profile", "System Administrator"));
            same(select(org.session((String) user.get("username"))), 200);
        });
        tests.put("records are made one by one or many at once, and found again", () -> {
            SfMock.Org org = mock.newOrg();
            List<String> ids = new ArrayList<>(List.of(org.newRecord("Account", SfMock.json("Name", "Ünï \"quoted\"\n\\ and long"))));
            ids.addAll(org.newRecords(List.of(account("Two"), account("Three"))));
            same(org.records().stream().map(record -> record.get("id")).collect(Collectors.toList()), ids);
            same(((Map<?, ?>) org.records().get(0).get("fields")).get("Name"), "Ünï \"quoted\"\n\\ and long");
        });
        tests.put("policies are set, and given back to the era", () -> {
            SfMock.Org org = mock.newOrg();
            same(org.setPolicies(SfMock.json("require_pkce", true)).get("require_pkce"), true);
            org.setPolicies(SfMock.json("require_pkce", null));
            same(org.policies().get("require_pkce"), false);
        });
        tests.put("a removed org is gone", () -> {
            SfMock.Org org = mock.newOrg();
            org.remove();
            same(thrown(SfMock.Refused.class, () -> mock.org(org.name())).status(), 404);
        });
    }

    private void appsAndSessions() {
        tests.put("an app works where it is installed and no longer where it is uninstalled", () -> {
            Connected ada = Connected.in(mock);
            same(refresh(ada.app, ada.session), 200);
            ada.org.uninstall(ada.key);
            same(refresh(ada.app, ada.session), 400);
            ada.org.install(ada.key);
            same(refresh(ada.app, ada.org.session("ada", ada.key)), 200);
        });
        tests.put("a blocked app is refused", () -> {
            Connected ada = Connected.in(mock);
            ada.org.setApp(ada.key, SfMock.json("blocked", true));
            same(refresh(ada.app, ada.session), 400);
            same(ada.org.refusals().isEmpty(), false);
        });
        tests.put("an ended session is over", () -> {
            Connected ada = Connected.in(mock);
            same(select(ada.session), 200);
            mock.endSession(ada.session.accessToken());
            same(select(ada.session), 401);
        });
    }

    private void faultsAndClock() {
        tests.put("sessions end when the clock passes them", () -> {
            Connected ada = Connected.in(mock);
            Instant began = mock.clock().freeze();
            same(mock.clock().now(), began);
            same(mock.clock().advance(Duration.ofSeconds(90)), began.plusSeconds(90));
            mock.clock().advance("P2D");
            same(select(ada.session), 401);
            Instant set = Instant.parse("2027-03-01T12:00:00Z");
            same(mock.clock().set(set), set);
            mock.clock().unfreeze();
            same(Duration.between(mock.clock().reset(), Instant.now()).abs().toMinutes(), 0L);
        });
        tests.put("a fault meets as many requests of its org as it says", () -> {
            Connected ada = Connected.in(mock);
            Connected other = Connected.in(mock);
            SfMock.Fault fault = ada.org.fault(SfMock.json("match", SfMock.json("route", "rest/query"), "action", SfMock.json("status", 503), "count", 2));
            same(List.of(select(ada.session), select(other.session), select(ada.session), select(ada.session)), List.of(503, 200, 503, 200));
            same(fault.state().map(state -> state.get("applied")), Optional.of(2L));
        });
        tests.put("a held request waits until it is released", () -> {
            Connected ada = Connected.in(mock);
            SfMock.Fault fault = ada.org.fault(SfMock.json("match", SfMock.json("route", "rest/query"), "action", SfMock.json("hold", true)));
            CompletableFuture<HttpResponse<String>> answer =
                    HTTP.sendAsync(query(ada.session, "SELECT Id FROM User"), HttpResponse.BodyHandlers.ofString());
            fault.waitUntilHeld(Duration.ofSeconds(5));
            same(answer.isDone(), false);
            same(fault.release(), 1L);
            same(answer.get().statusCode(), 200);
        });
        tests.put("a fault that holds nothing is not waited for beyond the time given", () -> {
            SfMock.Fault fault = mock.newOrg().fault(SfMock.json("action", SfMock.json("hold", true)));
            says(thrown(IllegalStateException.class, () -> fault.waitUntilHeld(Duration.ofMillis(30))).getMessage(), "held no request within 30 ms");
        });
        tests.put("a removed fault meets nothing", () -> {
            Connected ada = Connected.in(mock);
            SfMock.Fault fault = ada.org.fault(SfMock.json("action", SfMock.json("status", 500), "count", null));
            same(select(ada.session), 500);
            fault.remove();
            same(fault.state(), Optional.empty());
            same(select(ada.session), 200);
        });
    }

    private void whatHappened() {
        tests.put("the journal shows what an org was asked", () -> {
            Connected ada = Connected.in(mock);
            select(ada.session);
            Map<String, Object> here = SfMock.json("org", ada.org.name());
            Map<String, Object> entry = mock.waitForRequest(one -> "rest/query".equals(one.get("route")), here, Duration.ofSeconds(5));
            same(List.of(entry.get("method"), entry.get("status")), List.of("GET", 200L));
            here.put("since", entry.get("seq"));
            same(mock.requests(here), List.of());
        });
        tests.put("a request that never comes is missed with the list of those that did", () -> {
            Connected ada = Connected.in(mock);
            select(ada.session);
            says(thrown(IllegalStateException.class, () -> mock.waitForRequest(one -> false, SfMock.json("org", ada.org.name()), Duration.ofMillis(30)))
                    .getMessage(), "no such request within 30 ms; seen: ", "/query 200");
        });
        tests.put("the outbox holds the e-mails of one org", () -> {
            SfMock.Org org = mock.newOrg();
            org.control("POST", "/users/admin/password-reset", Map.of());
            same(org.outbox().stream().map(mail -> mail.get("kind")).collect(Collectors.toList()), List.of("password_reset"));
            same(mock.outbox(SfMock.json("org", org.name(), "kind", "verification_code")), List.of());
        });
    }

    private void goingBack() {
        tests.put("a restored snapshot of an org has its records again and leaves others alone", () -> {
            SfMock.Org org = mock.newOrg(SfMock.json("records", List.of(account("Acme"))));
            SfMock.Org other = mock.newOrg();
            SfMock.Snapshot snapshot = org.snapshot();
            org.newRecord("Account", SfMock.json("Name", "Blue"));
            other.newRecord("Account", SfMock.json("Name", "Red"));
            snapshot.restore();
            same(List.of(org.records().size(), other.records().size()), List.of(1, 1));
        });
        tests.put("a reset brings the built-in world back", () -> {
            try (SfMock own = SfMock.start()) {
                String name = own.newOrg().name();
                own.reset();
                same(thrown(SfMock.Refused.class, () -> own.org(name)).status(), 404);
                same(own.org("acme").name(), "acme");
            }
        });
    }

    private void refused(String name, Test call, int status, String field) {
        tests.put(name, () -> {
            SfMock.Refused refused = thrown(SfMock.Refused.class, call);
            same(refused.status(), status);
            same(refused.field(), Optional.ofNullable(field));
            says(refused.getMessage(), field == null ? refused.detail() : field + ": " + refused.detail());
        });
    }

    private void refusals() {
        refused("a wrong name is named", () -> mock.newOrg(SfMock.json("name", "no good")), 400, "name");
        refused("a name that is taken is a conflict", () -> mock.newOrg(SfMock.json("name", "acme")), 409, "name");
        Map<String, Object> bob = SfMock.json("name", "bob", "profile", "Nobody");
        refused("a field deep inside is named", () -> mock.newOrg(SfMock.json("users", List.of("ada", bob))), 400, "users[1].profile");
        refused("a duration that is none is named", () -> mock.clock().advance("soon"), 400, "advance");
        Map<String, Object> plan = SfMock.json("match", SfMock.json("route", "rest/nothing"), "action", SfMock.json("status", 500));
        refused("a route that does not exist is named", () -> mock.fault(plan), 400, "match.route");
        refused("an org that does not exist is no field", () -> mock.org("nowhere"), 404, null);
    }

    private void startingAndEnding() {
        tests.put("a server with a token is driven with it, and by nobody else", () -> {
            try (SfMock own = SfMock.with().controlToken("open sesame").tls().flags("--addressing", "names").start()) {
                same(own.org("acme").instanceUrl(), "http://acme.my.localhost:" + URI.create(own.loginUrl()).getPort());
                says((String) own.ready().get("login_url_tls"), "https://");
                same(thrown(SfMock.Refused.class, () -> SfMock.connect(own.controlUrl(), "guess")).status(), 401);
                SfMock friend = SfMock.connect(own.controlUrl(), "open sesame");
                same(friend.org("acme").id(), own.org("acme").id());
                friend.close();
                own.clock().now();
            }
        });
        tests.put("a server that does not start says why", () -> {
            says(thrown(IllegalStateException.class, () -> SfMock.with().world(Path.of("/nowhere.yaml")).start()).getMessage(),
                    "ended with 2 before it was ready\n", "nowhere.yaml");
            says(thrown(RuntimeException.class, () -> SfMock.with().bin("/no/such/program").start()).getMessage(), "cannot start /no/such/program");
        });
        tests.put("a server that never gets ready is given up", () -> {
            Path mute = Files.createTempFile("mute", ".sh");
            Files.writeString(mute, "#!/bin/sh\necho thinking >&2\nexec sleep 60\n");
            same(mute.toFile().setExecutable(true), true);
            says(thrown(IllegalStateException.class, () -> SfMock.with().bin(mute.toString()).timeout(Duration.ofMillis(300)).start()).getMessage(),
                    "was not ready within 300 ms\nthinking");
            Files.delete(mute);
        });
        tests.put("a call after the server has died says how it ended", () -> {
            try (SfMock own = SfMock.start()) {
                ProcessHandle.of(own.pid()).orElseThrow().destroyForcibly();
                says(thrown(java.io.UncheckedIOException.class, () -> {
                    while (true) {
                        own.clock().now();
                    }
                }).getMessage(), "no answer from http", "; the server ended with ");
            }
        });
        tests.put("a server that nobody stopped ends with its JVM", () -> outlived());
        tests.put("a server ends with a JVM that is halted", () -> outlived("halt"));
    }

    /** Starts a server in a JVM of its own, lets that end, and waits until the server does not answer any more. */
    private static void outlived(String... how) throws Exception {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"), "-cp",
                System.getProperty("java.class.path"), "SfMockTest", "--start-and-print"));
        command.addAll(List.of(how));
        Process jvm = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String url = jvm.inputReader().readLine();
        jvm.waitFor();
        HttpRequest clock = HttpRequest.newBuilder(URI.create(url + "/clock")).build();
        thrown(IOException.class, () -> {
            for (Instant end = Instant.now().plusSeconds(10); Instant.now().isBefore(end);) {
                status(clock);
            }
        });
    }
}
