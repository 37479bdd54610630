// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>Whose directory of containers a command trusts, and which one it uses without --root (docs/decisions/0028).</summary>
public sealed class RootDirectoryTests : IDisposable
{
    private const string Other = "424202";

    private readonly string _directory = Scratch.NewDirectory("root");
    private readonly OrdinaryUser _user = OrdinaryUser.Default;

    public RootDirectoryTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    public void Dispose() => Scratch.Remove(_directory);

    // In the script $1 is the user, $2 another; {0} is the root directory, {d} that of the test, {u} and {o} the users.
    [Theory]
    [InlineData("mkdir -m 700 r; chown $2 r", "\"{d}/r\" belongs to uid {o}, must belong to the caller, uid {u}")]
    [InlineData("mkdir -m 700 r", "\"{d}/r\" belongs to uid 0, must belong to the caller, uid {u}")]
    [InlineData("mkdir -m 1777 r", "\"{d}/r\" belongs to uid 0, must belong to the caller, uid {u}")]
    [InlineData("mkdir r; chown $1 r; chmod 770 r", "\"{d}/r\" can be written by others (mode 770): remove that with chmod go-w, or choose another directory")]
    [InlineData("mkdir r; chown $1 r; chmod 1777 r", "\"{d}/r\" can be written by others (mode 1777): remove that with chmod go-w, or choose another directory")]
    [InlineData("mkdir -m 777 a; mkdir -m 700 a/r; chown $1 a/r; ln -s a/r r", "\"{d}/a\" can be written by others (mode 777): remove that with chmod go-w, or choose another directory")]
    [InlineData("mkdir -m 755 a; chown $2 a; mkdir -m 700 a/r; chown $1 a/r; ln -s a/r r", "\"{d}/a\" belongs to uid {o}, must belong to root or the caller, uid {u}")]
    [InlineData("mkdir -m 755 a; chown $2 a; ln -s a/missing/r r", "\"{d}/a\" belongs to uid {o}, must belong to root or the caller, uid {u}")]
    [InlineData("mkdir -m 700 t; chown $1 t; ln -s t r; chown -h $2 r", "\"{d}/r\" belongs to uid {o}, must belong to root or the caller, uid {u}")]
    [InlineData("mkdir -m 1777 s; mkdir -m 700 s/r t; chown $1 t; ln -s $PWD/t s/l; chown -h $2 s/l; ln -s s/l/../t r", "\"{d}/s/l\" belongs to uid {o}, must belong to root or the caller, uid {u}")]
    public void A_user_is_refused_a_directory_that_others_made_or_can_exchange(string script, string problem)
    {
        Prepare(script);
        string message = "--root: " + Fill(problem);
        Assert.Equal(message, ErrorMessage.Of(AsUser("--root", Root, "list")));
        Assert.Equal(message, ErrorMessage.Of(AsUser("--root", Root, "state", "c")));
        Assert.Equal(message, ErrorMessage.Of(AsUser("--root", Root, "kill", "c", "9")));
        Assert.Equal(message, ErrorMessage.Of(AsUser("--root", Root, "delete", "--force", "c")));
        Assert.Equal(message, ErrorMessage.Of(AsUser("--root", Root, "start", "c")));
    }

    [Theory]
    [InlineData("mkdir -m 700 r; chown $1 r")]
    [InlineData("mkdir -m 755 r; chown $1 r")]
    [InlineData("mkdir r; chown $1 r; chmod 1700 r")]
    [InlineData("mkdir -m 1777 s; mkdir -m 700 s/r; chown $1 s/r; ln -s s/r r")]
    [InlineData("mkdir -m 1777 s; mkdir -m 700 t; chown $1 t; ln -s ../t s/r; chown -h $1 s/r; ln -s $PWD/s/r r")]
    [InlineData("mkdir -m 711 a; mkdir -m 700 a/r; chown $1 a/r; ln -s ./a/../a/r r")]
    public void A_user_has_a_directory_of_its_own_on_a_way_of_its_own_or_of_root(string script)
    {
        Prepare(script);
        AsUser("--root", Root, "list").Ok();
        Assert.StartsWith("container does not exist: \"c\"", ErrorMessage.Of(AsUser("--root", Root, "state", "c")), StringComparison.Ordinal);
    }

    // Found missing, then made by another user before create makes its own there.
    [Fact]
    public void A_user_is_refused_a_directory_that_others_make_meanwhile()
    {
        Requires.Program("strace");
        Prepare("mkdir -m 1777 s; mkdir -m 700 own; chown $1 own; : > log; chown $1 log");
        using Container container = _user.Adopt(new Container());
        container.Bundle.Write();
        string root = Path.Combine(_directory, "s/a/r"), log = Path.Combine(_directory, "log");
        using RunningCommand create = Command.Start(Options.Default, [.. _user.Prefix, "strace", "-o", log, "-e", "trace=openat,mkdirat", "-e", "inject=mkdirat:delay_enter=3000000:when=1",
            RuntimeUnderTest.Executable, "--root", root, "create", "--bundle", container.Bundle.Directory, container.Id]);
        Eventually.True(() => File.ReadAllText(log).Contains("\"a\", O_RDONLY|O_NOFOLLOW|O_CLOEXEC|O_PATH) = -1 ENOENT", StringComparison.Ordinal), () => $"not found missing: {File.ReadAllText(log)}");
        Prepare("mkdir -m 755 s/a; mkdir -m 777 s/a/r; chown -R $2 s/a; chmod 777 s/a/r");
        Assert.Contains(Fill("--root: \"{d}/s/a/r\" belongs to uid {o}, must belong to the caller, uid {u}").Replace("\"", "\\\"", StringComparison.Ordinal), create.Wait().Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    [Theory]
    [InlineData("mkdir -m 700 r; chown $1 r", "\"{d}/r\" belongs to uid {u}, must belong to the caller, uid 0")]
    [InlineData("mkdir -m 700 t; chown $1 t; ln -s t r", "\"{d}/r\" belongs to uid {u}, must belong to the caller, uid 0")]
    [InlineData("mkdir r; chmod 777 r", "\"{d}/r\" can be written by others (mode 777): remove that with chmod go-w, or choose another directory")]
    public void Root_is_refused_the_directory_of_a_user(string script, string problem)
    {
        Prepare(script);
        string message = "--root: " + Fill(problem);
        foreach (string[] command in (string[][])[["list"], ["state", "c"], ["start", "c"], ["kill", "c", "9"], ["exec", "c", "true"], ["delete", "c"], ["delete", "--force", "c"], ["ps", "c"], ["pause", "c"], ["logs", "c"], ["wait", "c"]])
            Assert.Contains(message, Command.Run([RuntimeUnderTest.Executable, "--root", Root, .. command]).Fails().Stderr.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        using Container container = new();
        container.Bundle.Args("true").Write();
        Result created = Command.Run(RuntimeUnderTest.Executable, "--root", Root, "create", "--bundle", container.Bundle.Directory, container.Id);
        Assert.Equal(message, ErrorMessage.Of(created));
        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    public void Root_uses_a_sticky_directory_of_its_own_but_no_container_that_others_put_there()
    {
        Prepare("mkdir r; chmod 1777 r; mkdir -m 755 r/c; chown $1 r/c");
        using Container container = new();
        container.Bundle.Shell("echo it runs");
        container.Bundle.Write();
        Assert.Equal("it runs\n", Command.Run(RuntimeUnderTest.Executable, "--root", Root, "run", "--bundle", container.Bundle.Directory, container.Id).Ok().Stdout);
        foreach (string verb in (string[])["state", "start", "delete", "pause"])
            Assert.Equal(Fill("--root: \"{d}/r/c\" belongs to uid {u}, must belong to the caller, uid 0"), ErrorMessage.Of(Command.Run(RuntimeUnderTest.Executable, "--root", Root, verb, "c")));
        Assert.Contains("load container c: ", Command.Run(RuntimeUnderTest.Executable, "--root", Root, "list").Ok().Stderr, StringComparison.Ordinal);
    }

    // A user's directory with the record of a process and a cgroup of others, given to root by a rename above.
    [Theory]
    [InlineData("state.json")]
    [InlineData("config.json")]
    public void A_file_of_others_in_a_state_directory_is_refused(string file)
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        string path = Path.Combine(container.Runtime.Root, container.Id, file);
        Command.Run("chown", Other, path).Ok();
        Result result = file == "config.json" ? container.Exec("true") : container.Runtime.Run("kill", container.Id, "KILL");
        Assert.Contains($"\\\"{path}\\\" belongs to uid {Other}, must belong to the caller, uid 0", result.Fails().Stderr, StringComparison.Ordinal);
        Command.Run("chown", "0", path).Ok();
        Assert.Equal("running", container.Status);
    }

    [Theory]
    [InlineData("", "{x}/runcs")]
    [InlineData("/", "{x}/runcs")]
    public void Without_the_flag_the_directory_is_that_of_the_session(string suffix, string root)
    {
        Prepare("mkdir -m 700 r; chown $1 r");
        Assert.Contains($"\"c\" below {root.Replace("{x}", Root, StringComparison.Ordinal)}", Unquoted(AsUser(Session(Root + suffix), "state", "c").Fails()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    public void Without_a_session_there_is_an_error_and_no_directory_that_others_could_guess(string? variable)
    {
        string problem = Fill("--root: is required, since XDG_RUNTIME_DIR is not set and /run/user/{u} is not a directory of mode 700 of the caller: log in as uid {u}, or set XDG_RUNTIME_DIR");
        Assert.Equal(problem, ErrorMessage.Of(AsUser(Session(variable), "list")));
        Assert.Contains($"\nthis host: {problem}\n", "\n" + AsUser(Session(variable), "check", "--bundle", "/").Exits(1).Stdout, StringComparison.Ordinal);
        Assert.Contains("runcs version", AsUser(Session(variable), "--version").Ok().Stdout, StringComparison.Ordinal);
        AsUser(Session(variable), "features").Ok();
    }

    [Fact]
    public void The_session_of_another_user_is_refused()
    {
        Prepare("mkdir -m 700 r; chown $2 r");
        Assert.Equal(Fill("XDG_RUNTIME_DIR: \"{d}/r\" belongs to uid {o}, must belong to root or the caller, uid {u}: set XDG_RUNTIME_DIR to the caller's own directory, or give --root"), ErrorMessage.Of(AsUser(Session(Root), "list")));
    }

    [Theory]
    [InlineData("mkdir -m 700 $D; chown $1 $D", true)]
    [InlineData("mkdir -m 755 $D; chown $1 $D", false)]
    [InlineData("mkdir -m 700 $D", false)]
    [InlineData("mkdir -m 700 /run/other; chown $1 /run/other; ln -s /run/other $D", false)]
    public void The_directory_of_a_login_is_found_without_the_variable(string script, bool found)
    {
        Requires.Program("unshare");
        string inside = $"mount -t tmpfs tmpfs /run; mkdir /run/user; D=/run/user/$1; {script}; shift 2; exec \"$@\"";
        Result result = Command.Run(Session(null), ["unshare", "-m", "sh", "-ec", inside, "sh", $"{_user.Uid}", Other, .. _user.Prefix, RuntimeUnderTest.Executable, "state", "c"]).Fails();
        Assert.Contains(found ? $"below /run/user/{_user.Uid}/runcs" : "--root: is required", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Root_of_a_users_namespace_has_the_directory_of_the_session()
    {
        Requires.UserNamespaces();
        Prepare("mkdir -m 700 r; chown $1 r");
        Result result = Command.Run(Session(Root), [.. _user.Prefix, "unshare", "--user", "--map-root-user", RuntimeUnderTest.Executable, "state", "c"]).Fails();
        Assert.Contains($"below {Root}/runcs", result.Stderr, StringComparison.Ordinal);
        result = Command.Run(Session(null), [.. _user.Prefix, "unshare", "--user", "--map-root-user", RuntimeUnderTest.Executable, "state", "c"]).Fails();
        Assert.Contains("/run/runcs", result.Stderr, StringComparison.Ordinal);
    }

    private string Root => Path.Combine(_directory, "r");

    private static Options Session(string? directory) => Options.Default with { Environment = new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = directory, ["USER"] = null } };

    private static string Unquoted(Result result) => result.Stderr.Replace("\\\"", "\"", StringComparison.Ordinal);

    private void Prepare(string script) => Command.Run(Options.Default with { WorkingDirectory = _directory }, "sh", "-ec", script, "sh", $"{_user.Uid}", Other).Ok();

    private string Fill(string text) => text.Replace("{d}", _directory, StringComparison.Ordinal)
        .Replace("{u}", $"{_user.Uid}", StringComparison.Ordinal).Replace("{o}", Other, StringComparison.Ordinal);

    private Result AsUser(params string[] arguments) => AsUser(Options.Default, arguments);

    private Result AsUser(Options options, params string[] arguments) => Command.Run(options, [.. _user.Prefix, RuntimeUnderTest.Executable, .. arguments]);
}
