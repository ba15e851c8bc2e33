import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Test kit of sf-mock for Java 17 or later. One file without dependencies: copy it beside your tests and give it their package.
 *
 * <pre>{@code
 * try (SfMock mock = SfMock.start()) {
 *     SfMock.Org org = mock.newOrg(SfMock.json("users", List.of(SfMock.json("name", "ada"))));
 *     SfMock.Session session = org.session("ada");
 *     session.accessToken(); session.instanceUrl();
 * }
 * }</pre>
 *
 * <p>What the control API takes and answers is handed over as it is: objects are maps with its own member names (they are in its
 * OpenAPI document), numbers are {@code Long} or {@code Double}. {@link #json} writes such maps, and takes null for a value.
 */
public final class SfMock implements AutoCloseable {
    /** Characters of the server's log kept for error messages. */
    private static final int LOG_KEPT = 64 * 1024;

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    private final Server server;
    private final Map<String, Object> ready;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();
    private final Clock clock = new Clock();

    private SfMock(Map<String, Object> ready, Server server) {
        this.ready = ready;
        this.server = server;
    }

    /**
     * Starts a server on free ports and waits until it answers. It ends with {@link #close}, and with this JVM however that ends.
     *
     * @param flags further flags of {@code sf-mock serve}: {@code "--seed", "7"}
     */
    public static SfMock start(String... flags) {
        return new Starter().flags(flags).start();
    }

    /** For a server that needs more said: {@code SfMock.with().bin(path).timeout(Duration.ofMinutes(1)).start()}. */
    public static Starter with() {
        return new Starter();
    }

    /** The server that {@code sf-mock exec} put into the environment. */
    public static SfMock connect() {
        String url = variable("SF_MOCK_CONTROL_URL");
        if (url == null) {
            throw new IllegalStateException("no server to connect to: give its control URL, or run the tests under `sf-mock exec -- …`");
        }
        return connect(url, variable("SF_MOCK_CONTROL_TOKEN"));
    }

    /** A server that runs already; the token is null where it has none. */
    public static SfMock connect(String controlUrl, String controlToken) {
        URI uri = URI.create(controlUrl);
        String origin = uri.getScheme() + "://" + uri.getAuthority();
        boolean known = controlUrl.equals(variable("SF_MOCK_CONTROL_URL"));
        Map<String, Object> ready = json(
                "login_url", known && variable("SF_MOCK_URL") != null ? variable("SF_MOCK_URL") : origin,
                "test_url", known && variable("SF_MOCK_TEST_URL") != null ? variable("SF_MOCK_TEST_URL") : origin,
                "control_url", controlUrl,
                "control_token", controlToken,
                "ca_file", known ? variable("SF_MOCK_CA_FILE") : null);
        SfMock mock = new SfMock(ready, null);
        ready.put("orgs", mock.object("GET", "/orgs", null).get("orgs"));
        return mock;
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** How a server is started. */
    public static final class Starter {
        private final List<String> flags = new ArrayList<>();
        private String bin;
        private Duration timeout = Duration.ofSeconds(20);

        /** Path of the program; otherwise {@code SF_MOCK_BIN}, otherwise {@code sf-mock} on the PATH. */
        public Starter bin(String bin) {
            this.bin = bin;
            return this;
        }

        /** World file to start from instead of the built-in world. */
        public Starter world(Path file) {
            return flags("--world", file.toString());
        }

        /** What callers of the control API must send; the kit sends it. */
        public Starter controlToken(String token) {
            return flags("--control-token", token);
        }

        /** Opens HTTPS listeners beside the plain ones. */
        public Starter tls() {
            return flags("--tls", "--tls-port", "0", "--tls-test-port", "0");
        }

        /** Further flags of {@code sf-mock serve}. */
        public Starter flags(String... flags) {
            this.flags.addAll(List.of(flags));
            return this;
        }

        /** How long the server may take to get ready. */
        public Starter timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        public SfMock start() {
            List<String> command = new ArrayList<>(List.of(program(bin), "serve", "--ready-json", "--stop-with-stdin"));
            command.addAll(List.of("--port", "0", "--test-port", "0"));
            command.addAll(flags);
            Server server = new Server(command);
            return new SfMock(asObject(Json.parse(server.readyLine(timeout))), server);
        }

        private static String program(String named) {
            String chosen = named != null ? named : variable("SF_MOCK_BIN");
            if (chosen != null) {
                return chosen;
            }
            String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
            String name = File.separatorChar == '\\' ? "sf-mock.exe" : "sf-mock";
            return Stream.of(path.split(File.pathSeparator)).filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, name))
                    .filter(Files::isExecutable).findFirst().map(Path::toString).orElseThrow(() -> new IllegalStateException(
                            "no sf-mock found: give its path with `bin`, name it in SF_MOCK_BIN, or put it on the PATH"));
        }
    }

    /** A call of the control API that was refused. The message names the call, the field and what was expected of it. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;
        private final String field;
        private final String detail;

        private Refused(String call, int status, String field, String detail) {
            super(call + " was refused with " + status + ": " + (field == null ? "" : field + ": ") + detail);
            this.status = status;
            this.field = field;
            this.detail = detail;
        }

        private static Refused of(String call, int status, String body) {
            if (!body.startsWith("{")) {
                return new Refused(call, status, null, body.strip());
            }
            Map<String, Object> problem = asObject(Json.parse(body));
            Object detail = problem.getOrDefault("detail", problem.getOrDefault("title", "no reason given"));
            return new Refused(call, status, (String) problem.get("field"), String.valueOf(detail));
        }

        /** HTTP status of the refusal. */
        public int status() {
            return status;
        }

        /** The member of the body, query or path that is wrong, {@code users[0].profile}; empty if it is not one alone. */
        public Optional<String> field() {
            return Optional.ofNullable(field);
        }

        /** What was expected. */
        public String detail() {
            return detail;
        }
    }

    /** A token made without the dance; the refresh token is null where there is none, {@code id} names the session when it is to end. */
    public record Session(String accessToken, String refreshToken, String instanceUrl, String id) {}

    public String loginUrl() {
        return (String) ready.get("login_url");
    }

    public String testUrl() {
        return (String) ready.get("test_url");
    }

    public String controlUrl() {
        return (String) ready.get("control_url");
    }

    /** The server's ready line. */
    public Map<String, Object> ready() {
        return ready;
    }

    /** What a server that was started here wrote to standard error so far; its last 64 Ki characters. */
    public String log() {
        return server == null ? "" : server.log();
    }

    /** Process id of a server that was started here. */
    public long pid() {
        if (server == null) {
            throw new IllegalStateException("the server was not started here");
        }
        return server.process.pid();
    }

    /** The virtual clock, which everything issued or checked obeys. */
    public Clock clock() {
        return clock;
    }

    /**
     * One call of the control API, for what has no method here.
     *
     * @param path below {@code /_mock/v1}
     * @param body maps, lists, text, numbers, booleans; null for none
     * @return likewise; null for an empty answer
     */
    public Object control(String method, String path, Object body) {
        String sent = body == null ? "" : Json.write(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(controlUrl() + path)).timeout(CALL_TIMEOUT)
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(sent));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (ready.get("control_token") instanceof String token) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = send(method + " " + path, request.build());
        if (answer.statusCode() >= 400) {
            throw Refused.of(method + " " + path, answer.statusCode(), answer.body());
        }
        return answer.body().isEmpty() ? null : Json.parse(answer.body());
    }

    private HttpResponse<String> send(String call, HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException error) {
            String end = server == null ? "" : server.end();
            String why = end.isEmpty() ? "" : "; the server " + end + "\n" + server.log().strip();
            throw new UncheckedIOException(call + ": no answer from " + controlUrl() + ": " + error + why, error);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(call + " was interrupted", interrupted);
        }
    }

    private Map<String, Object> object(String method, String path, Object body) {
        return asObject(control(method, path, body));
    }

    /** An org that exists. */
    public Org org(String name) {
        return new Org(object("GET", "/orgs/" + segment(name), null));
    }

    /** A new org with a made-up name and an administrator {@code admin}. */
    public Org newOrg() {
        return newOrg(Map.of());
    }

    /**
     * A new org: {@code json("users", List.of("ada"), "apps", List.of("installed"))}. Users are members or names alone; apps are
     * entries or names alone, which are then installed. Without users it has an administrator {@code admin}.
     *
     * @param members of an org in a world file; the name is made up where it is left out
     */
    public Org newOrg(Map<String, ?> members) {
        Map<String, Object> asked = json("name", unique("org"), "users",
                List.of(json("name", "admin", "profile", "System Administrator")));
        asked.putAll(members);
        asked.put("users", entries(asked.get("users"), "name"));
        asked.put("apps", entries(asked.getOrDefault("apps", List.of()), "app"));
        return new Org(object("POST", "/orgs", asked));
    }

    private static List<Object> entries(Object given, String member) {
        return asList(given).stream().map(one -> one instanceof String ? json(member, one) : one).collect(Collectors.toList());
    }

    /** A new app with key and secret, of another org ({@code devhub}), that has to be installed before use. */
    public Map<String, Object> newApp() {
        return newApp(Map.of());
    }

    /** A new app; members are those of an app in a world file. */
    public Map<String, Object> newApp(Map<String, ?> members) {
        Map<String, Object> asked = json("name", unique("app"), "org", "devhub");
        if ("external_client_app".equals(members.containsKey("kind") ? members.get("kind") : "external_client_app")) {
            asked.put("distribution", "packaged");
        }
        asked.putAll(members);
        return object("POST", "/apps", asked);
    }

    /** Ends a session, named by access token or id. */
    public void endSession(String session) {
        control("DELETE", "/sessions/" + segment(session), null);
    }

    /** Plans a fault: {@code json("match", json("route", "rest/query"), "action", json("status", 503), "count", 2)}. */
    public Fault fault(Map<String, ?> plan) {
        return new Fault((String) object("POST", "/faults", plan).get("id"));
    }

    /** Removes every fault. */
    public void removeFaults() {
        objects("/faults", "faults").forEach(fault -> control("DELETE", "/faults/" + fault.get("id"), null));
    }

    /** The journal: requests that arrived, oldest first. Filters: {@code since}, {@code org}, {@code app}, {@code limit}. */
    public List<Map<String, Object>> requests(Map<String, ?> filter) {
        return objects("/requests" + query(filter), "requests");
    }

    /** Why requests were refused: rule, reason, and the clicks that mend it. Filters: {@code since}, {@code org}, {@code app}. */
    public List<Map<String, Object>> refusals(Map<String, ?> filter) {
        return objects("/refusals" + query(filter), "refusals");
    }

    /** Waits for a request, also for one that came before. */
    public Map<String, Object> waitForRequest(Predicate<Map<String, Object>> isWanted, Map<String, ?> filter, Duration timeout) {
        List<Map<String, Object>> seen = new ArrayList<>();
        Supplier<Optional<Map<String, Object>>> look = () -> {
            seen.clear();
            seen.addAll(requests(filter));
            return seen.stream().filter(isWanted).findFirst();
        };
        return within(timeout, look).orElseThrow(() -> {
            String arrived = seen.stream().map(entry -> entry.get("method") + " " + entry.get("path").toString().split("\\?")[0] + " "
                    + entry.get("status")).collect(Collectors.joining(", "));
            return new IllegalStateException(
                    "no such request within " + timeout.toMillis() + " ms; seen: " + (arrived.isEmpty() ? "none" : arrived));
        });
    }

    /** E-mails that Salesforce would have sent. Filters: {@code org}, {@code to}, {@code kind}. */
    public List<Map<String, Object>> outbox(Map<String, ?> filter) {
        return objects("/outbox" + query(filter), "emails");
    }

    /** A snapshot of everything. */
    public Snapshot snapshot() {
        return new Snapshot((String) object("POST", "/snapshots", null).get("id"));
    }

    /** Back to the start, with everything. */
    public void reset() {
        control("POST", "/reset", null);
    }

    /** Ends the server, if it was started here, and waits for its end. Safe to call again. */
    @Override
    public void close() {
        if (server != null) {
            server.stop();
        }
    }

    private List<Map<String, Object>> objects(String path, String member) {
        return asList(object("GET", path, null).get(member)).stream().map(SfMock::asObject).collect(Collectors.toList());
    }

    /** The virtual clock. */
    public final class Clock {
        private Clock() {}

        public Instant now() {
            return Instant.parse((String) object("GET", "/clock", null).get("now"));
        }

        public Instant advance(Duration by) {
            return change("advance", by.toString());
        }

        /** By an ISO 8601 duration: {@code PT15M}, {@code P31D}. */
        public Instant advance(String by) {
            return change("advance", by);
        }

        public Instant set(Instant to) {
            return change("set", to.toString());
        }

        public Instant freeze() {
            return change("freeze", true);
        }

        /** Lets a frozen clock run on. */
        public Instant unfreeze() {
            return change("freeze", false);
        }

        /** Back to wall time, running. */
        public Instant reset() {
            return change("reset", true);
        }

        private Instant change(String what, Object value) {
            return Instant.parse((String) object("POST", "/clock", json(what, value)).get("now"));
        }
    }

    /** A planned fault. */
    public final class Fault {
        private final String id;

        private Fault(String id) {
            this.id = id;
        }

        public String id() {
            return id;
        }

        /** Lets go the requests that a {@code hold} keeps waiting; tells how many. */
        public long release() {
            return (Long) object("POST", "/faults/" + id + "/release", null).get("released");
        }

        /** Waits until a {@code hold} keeps a request. */
        public void waitUntilHeld(Duration timeout) {
            within(timeout, () -> state().filter(state -> (Long) state.get("held") > 0)).orElseThrow(
                    () -> new IllegalStateException("fault " + id + " held no request within " + timeout.toMillis() + " ms"));
        }

        /** What became of it: {@code seen}, {@code applied} and {@code held} are counts. Empty once it is removed. */
        public Optional<Map<String, Object>> state() {
            return objects("/faults", "faults").stream().filter(fault -> id.equals(fault.get("id"))).findFirst();
        }

        public void remove() {
            control("DELETE", "/faults/" + id, null);
        }
    }

    /** What can be gone back to. */
    public final class Snapshot {
        private final String id;

        private Snapshot(String id) {
            this.id = id;
        }

        public void restore() {
            control("POST", "/snapshots/" + segment(id) + "/restore", null);
        }
    }

    /** One org. */
    public final class Org {
        private final Map<String, Object> answer;

        private Org(Map<String, Object> answer) {
            this.answer = answer;
        }

        public String name() {
            return (String) answer.get("name");
        }

        public String id() {
            return (String) answer.get("id");
        }

        public String instanceUrl() {
            return (String) answer.get("instance_url");
        }

        /** One call below this org: {@code org.control("POST", "/objects", json(…))}. */
        public Object control(String method, String path, Object body) {
            return SfMock.this.control(method, "/orgs/" + segment(name()) + path, body);
        }

        /** A user, by name or username, with {@code username} and {@code password}. */
        public Map<String, Object> user(String user) {
            return asObject(control("GET", "/users/" + segment(user), null));
        }

        /** Name, username and password are made up where they are left out. */
        public Map<String, Object> newUser(Map<String, ?> members) {
            Map<String, Object> asked = json("name", unique("user"));
            asked.putAll(members);
            return asObject(control("POST", "/users", asked));
        }

        /** Installs an app or a package, by name, consumer key or id. */
        public void install(String app) {
            control("PUT", "/installs/" + segment(app), null);
        }

        public void uninstall(String app) {
            control("DELETE", "/installs/" + segment(app), null);
        }

        /** Changes what the org decided about an app: {@code json("blocked", true)}. */
        public Map<String, Object> setApp(String app, Map<String, ?> changes) {
            return asObject(control("PATCH", "/apps/" + segment(app), changes));
        }

        /** A token of no app, which can do everything the user can. */
        public Session session(String user) {
            return session(json("username", user));
        }

        /** A token of an app, with all of its scopes. */
        public Session session(String user, String app) {
            return session(json("username", user, "app", app));
        }

        /** A token: members {@code username}, {@code app}, {@code scopes}, {@code login_as}, {@code high_assurance}. */
        public Session session(Map<String, ?> asked) {
            Map<String, Object> made = asObject(control("POST", "/sessions", asked));
            return new Session((String) made.get("access_token"), (String) made.get("refresh_token"), (String) made.get("instance_url"),
                    (String) made.get("id"));
        }

        /** Creates one record and tells its id. */
        public String newRecord(String type, Map<String, ?> fields) {
            return (String) asObject(control("POST", "/records", json("type", type, "fields", fields))).get("id");
        }

        /** Creates all or none of {@code json("type", "Account", "fields", json("Name", "Acme"))} and tells their ids. */
        public List<String> newRecords(List<? extends Map<String, ?>> records) {
            List<Object> made = asList(control("POST", "/records", records));
            return made.stream().map(record -> (String) asObject(record).get("id")).collect(Collectors.toList());
        }

        /** The first 1,000 records. */
        public List<Map<String, Object>> records() {
            return objects("/orgs/" + segment(name()) + "/records", "records");
        }

        /** The switches that hold, whoever set them. */
        public Map<String, Object> policies() {
            return asObject(asObject(control("GET", "/policies", null)).get("effective_policies"));
        }

        /** Sets switches; null gives one back to the era. */
        public Map<String, Object> setPolicies(Map<String, ?> switches) {
            return asObject(asObject(control("PATCH", "/policies", switches)).get("effective_policies"));
        }

        /** Plans a fault for requests to this org. */
        public Fault fault(Map<String, ?> plan) {
            Map<String, Object> here = new LinkedHashMap<>(plan);
            Map<String, Object> match = plan.get("match") == null ? json() : new LinkedHashMap<>(asObject(plan.get("match")));
            match.put("org", name());
            here.put("match", match);
            return SfMock.this.fault(here);
        }

        public List<Map<String, Object>> requests() {
            return SfMock.this.requests(json("org", name()));
        }

        public List<Map<String, Object>> refusals() {
            return SfMock.this.refusals(json("org", name()));
        }

        /** E-mails that Salesforce would have sent. */
        public List<Map<String, Object>> outbox() {
            return SfMock.this.outbox(json("org", name()));
        }

        /** A snapshot of this org alone. */
        public Snapshot snapshot() {
            return new Snapshot((String) object("POST", "/snapshots" + query(json("org", name())), null).get("id"));
        }

        /** Brings the org back to the start. */
        public void reset() {
            SfMock.this.control("POST", "/reset" + query(json("org", name())), null);
        }

        public void remove() {
            control("DELETE", "", null);
        }
    }

    /** A map in the order given, which may hold null: {@code json("name", "ada", "active", true)}. */
    public static Map<String, Object> json(Object... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value: " + namesAndValues[namesAndValues.length - 1]);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            members.put((String) namesAndValues[at], namesAndValues[at + 1]);
        }
        return members;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asObject(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> asList(Object value) {
        return (List<Object>) value;
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String query(Map<String, ?> members) {
        String query = members.entrySet().stream().filter(member -> member.getValue() != null)
                .map(member -> member.getKey() + "=" + segment(member.getValue().toString())).collect(Collectors.joining("&"));
        return query.isEmpty() ? "" : "?" + query;
    }

    private static String unique(String kind) {
        return kind + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** The first thing that is seen, or nothing when the time is over. */
    private static <T> Optional<T> within(Duration timeout, Supplier<Optional<T>> look) {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<T> seen = look.get();
            if (seen.isPresent() || System.nanoTime() >= end) {
                return seen;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    /** A server of ours. It ends with {@code stop}, and with this JVM however that ends. */
    private static final class Server {
        private final Process process;
        private final StringBuffer log = new StringBuffer();
        private final Thread logReader;
        private final Thread atExit;

        Server(List<String> command) {
            ProcessBuilder builder = new ProcessBuilder(command);
            // The others would give the server other ports, another world or another token.
            List<String> kept = List.of("SF_MOCK_BIN", "SF_MOCK_CA_DIR", "SF_MOCK_LOG");
            builder.environment().keySet().removeIf(name -> name.startsWith("SF_MOCK_") && !kept.contains(name));
            try {
                // The server reads the other end of its standard input and stops when this JVM is gone, even after SIGKILL.
                process = builder.start();
            } catch (IOException error) {
                throw new UncheckedIOException("cannot start " + command.get(0) + ": " + error.getMessage(), error);
            }
            logReader = daemon(this::readLog);
            atExit = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(atExit);
        }

        private static Thread daemon(Runnable work) {
            Thread thread = new Thread(work, "sf-mock");
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        private void readLog() {
            try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    log.append(line).append('\n');
                    log.delete(0, Math.max(0, log.length() - LOG_KEPT));
                }
            } catch (IOException gone) {
                // The process has ended; what it wrote before is there.
            }
        }

        String log() {
            return log.toString();
        }

        String readyLine(Duration timeout) {
            CompletableFuture<String> line = new CompletableFuture<>();
            daemon(() -> {
                try {
                    line.complete(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine());
                } catch (IOException gone) {
                    line.complete(null);
                }
            });
            try {
                String ready = line.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                if (ready != null) {
                    return ready;
                }
                join();
                throw new IllegalStateException("sf-mock " + end() + " before it was ready\n" + log().strip());
            } catch (TimeoutException tooLate) {
                process.destroyForcibly();
                join();
                throw new IllegalStateException("sf-mock was not ready within " + timeout.toMillis() + " ms\n" + log().strip());
            } catch (InterruptedException | ExecutionException interrupted) {
                stop();
                throw new IllegalStateException("interrupted while sf-mock started", interrupted);
            }
        }

        /** How it ended; empty while it runs. A connection breaks a little before the end is known. */
        String end() {
            try {
                return process.waitFor(500, TimeUnit.MILLISECONDS) ? "ended with " + process.exitValue() : "";
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return "";
            }
        }

        void stop() {
            process.destroy();
            join();
            if (process.isAlive()) {
                process.destroyForcibly();
                join();
            }
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException ending) {
                // The JVM is ending and runs the hook by itself.
            }
        }

        private void join() {
            try {
                process.waitFor(10, TimeUnit.SECONDS);
                logReader.join(1_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As much JSON as the control API speaks. */
    private static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        static Object parse(String text) {
            Json json = new Json(text);
            Object value = json.value();
            json.space();
            if (json.at < text.length()) {
                throw json.wrong();
            }
            return value;
        }

        private Object value() {
            space();
            char first = at < text.length() ? text.charAt(at) : 0;
            switch (first) {
                case '{':
                    return object();
                case '[':
                    return list();
                case '"':
                    return string();
                case 't':
                    return word("true", true);
                case 'f':
                    return word("false", false);
                case 'n':
                    return word("null", null);
                default:
                    return number();
            }
        }

        private Map<String, Object> object() {
            Map<String, Object> members = new LinkedHashMap<>();
            take('{');
            for (boolean more = !next('}'); more; more = !end('}')) {
                space();
                String name = string();
                space();
                take(':');
                members.put(name, value());
            }
            return members;
        }

        private List<Object> list() {
            List<Object> values = new ArrayList<>();
            take('[');
            for (boolean more = !next(']'); more; more = !end(']')) {
                values.add(value());
            }
            return values;
        }

        /** True, and past it, if the closing mark comes. */
        private boolean next(char close) {
            space();
            boolean comes = at < text.length() && text.charAt(at) == close;
            at += comes ? 1 : 0;
            return comes;
        }

        /** Past the closing mark, or past the comma before the next value. */
        private boolean end(char close) {
            if (next(close)) {
                return true;
            }
            take(',');
            return false;
        }

        private String string() {
            take('"');
            StringBuilder value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                char one = text.charAt(at++);
                value.append(one == '\\' ? escaped() : one);
            }
            take('"');
            return value.toString();
        }

        private char escaped() {
            char escape = at < text.length() ? text.charAt(at++) : 0;
            int plain = "\"\\/bfnrt".indexOf(escape);
            if (plain >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(plain);
            }
            if (escape != 'u' || at + 4 > text.length()) {
                throw wrong();
            }
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }

        private Object number() {
            int from = at;
            while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            String number = text.substring(from, at);
            try {
                return number.matches("-?\\d{1,18}") ? (Object) Long.valueOf(number) : (Object) Double.valueOf(number);
            } catch (NumberFormatException none) {
                throw wrong();
            }
        }

        private Object word(String word, Object value) {
            if (!text.startsWith(word, at)) {
                throw wrong();
            }
            at += word.length();
            return value;
        }

        private void take(char expected) {
            if (at >= text.length() || text.charAt(at) != expected) {
                throw wrong();
            }
            at++;
        }

        private void space() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private IllegalStateException wrong() {
            return new IllegalStateException("no JSON at character " + at + ": " + text);
        }

        static String write(Object value) {
            StringBuilder out = new StringBuilder();
            write(value, out);
            return out.toString();
        }

        private static void write(Object value, StringBuilder out) {
            if (value instanceof Map<?, ?> members) {
                String separator = "{";
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    out.append(separator);
                    quote(member.getKey().toString(), out);
                    out.append(':');
                    write(member.getValue(), out);
                    separator = ",";
                }
                out.append(members.isEmpty() ? "{}" : "}");
            } else if (value instanceof Iterable<?> values) {
                out.append('[');
                String separator = "";
                for (Object one : values) {
                    out.append(separator);
                    write(one, out);
                    separator = ",";
                }
                out.append(']');
            } else if (value == null || value instanceof Number || value instanceof Boolean) {
                out.append(value);
            } else {
                quote(value.toString(), out);
            }
        }

        private static void quote(String value, StringBuilder out) {
            out.append('"');
            for (char one : value.toCharArray()) {
                if (one == '"' || one == '\\') {
                    out.append('\\').append(one);
                } else if (one < ' ') {
                    out.append(String.format("\\u%04x", (int) one));
                } else {
                    out.append(one);
                }
            }
            out.append('"');
        }
    }
}
