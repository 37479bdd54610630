// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli;
using Runcs.Cli.Parsing;
using Runcs.Reference;

namespace Runcs.Conformance.Cli;

/// <summary>Manual pages and shell completions from build/Reference, read by the programs that use them.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly string _share = Scratch.NewDirectory("reference");

    public ReferenceTests()
    {
        foreach ((string path, string text) in Documents.All("2026-11-22"))
        {
            string file = Path.Combine(_share, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        // The stand-in for runcs when a completion lists containers.
        string program = Path.Combine(_share, "runcs");
        File.WriteAllText(program, "#!/bin/sh\n[ \"$*\" = '--root /r list --quiet' ] && echo one two | tr ' ' '\\n'\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(Path.Combine(_share, "bundles"));
    }

    // A line, with a bar where the word to complete begins; and its completions. /share is the test's directory.
    public static TheoryData<string, string> Lines => new()
    {
        { "runcs |cr", "create" },
        { "runcs |--roo", "--root --rootless" },
        { "runcs --root /r |st", "start state" },
        { "runcs --log-format |", "json text" },
        { "runcs create |--bun", "--bundle" },
        { "runcs create --bundle |/share/bun", "/share/bundles" },
        { "runcs list --format |", "json table" },
        { "runcs list -f |", "json table" },
        { "runcs check -f |", "json text" },
        { "runcs --root /r kill |", "one two" },
        { "runcs --root=/r delete --force |", "one two" },
        { "runcs kill one |K", "KILL" },
        { "runcs exec --cap |CAP_SYS_A", "CAP_SYS_ADMIN" },
        { "runcs help |s", "spec start state" },
        { "runcs restore --manage-cgroups-mode |s", "soft strict" },
    };

    public void Dispose() => Scratch.Remove(_share);

    [Theory]
    [MemberData(nameof(Lines))]
    public void Bash_completes(string line, string offered) => Assert.Equal(offered, Bash(line));

    // Bash splits it into three words: the flag, the sign and the value.
    [Theory]
    [InlineData("runcs --log-format = |j", "json")]
    [InlineData("runcs --log-format |=", "json text")]
    [InlineData("runcs --root = /r state |", "one two")]
    public void Bash_completes_flag_values_after_the_equals_sign(string line, string offered) => Assert.Equal(offered, Bash(line));

    [Theory]
    [InlineData("runcs --root /r |st", "start state")]
    [InlineData("runcs create --bundle |/share/bun", "/share/bundles")]
    [InlineData("runcs list -f |", "json table")]
    [InlineData("runcs --root /r kill |", "one two")]
    [InlineData("runcs help |s", "spec start state")]
    public void Zsh_completes(string line, string offered)
    {
        Requires.Program("zsh");
        Assert.Equal(offered, Offered(Command.Run(With(), "zsh", "-f", Path.Combine(Repository.Root, "tests/Conformance/Cli/complete.zsh"),
            Path.Combine(_share, "zsh/site-functions"), Line(line))));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Fish_completes(string line, string offered)
    {
        Requires.Program("fish");
        Assert.Equal(offered, Offered(Command.Run(With(), "fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]",
            Path.Combine(_share, "fish/vendor_completions.d/runcs.fish"), Line(line))));
    }

    [Fact]
    public void Every_command_and_flag_is_in_every_document()
    {
        string[] shells = [.. Documents.All("").Where(document => !document.Path.StartsWith("man/", StringComparison.Ordinal)).Select(document => document.Text)];
        Assert.Equal(3, shells.Length);
        foreach (Verb verb in VerbTable.Names.Select(name => VerbTable.Find(name)!))
        {
            string page = Documents.All("").Single(document => document.Path == $"man/man8/runcs-{verb.Name}.8").Text;
            Assert.Contains($"runcs\\-{verb.Name} (8)", Documents.All("").First().Text, StringComparison.Ordinal);
            Assert.All(shells, shell => Assert.Contains(verb.Name, shell, StringComparison.Ordinal));
            foreach (Flag flag in verb.Flags)
            {
                Assert.Equal(!flag.Hidden, page.Contains($"\\fB\\-\\-{flag.Name.Replace("-", "\\-", StringComparison.Ordinal)}\\fR", StringComparison.Ordinal));
                if (!flag.Hidden) Assert.All(shells, shell => Assert.Matches($"(--|-l ){flag.Name}", shell));
            }
        }
    }

    // Those that are not supported yet have no example.
    [Fact]
    public void Every_command_has_examples()
    {
        foreach (string verb in VerbTable.Names.Except(["checkpoint", "restore"]).Append(""))
        {
            Example[] examples = Examples.Of[verb];
            Assert.All(examples, example => Assert.Contains(example.Commands, command => command.Contains(verb.Length == 0 ? "runcs" : $" {verb} ", StringComparison.Ordinal) || command.EndsWith($" {verb}", StringComparison.Ordinal)));
            string page = Documents.All("").Single(document => document.Path == (verb.Length == 0 ? "man/man8/runcs.8" : $"man/man8/runcs-{verb}.8")).Text;
            Assert.Equal(examples.Length, page.Split(".EX\n").Length - 1);
            Assert.True(page.IndexOf(".SH EXAMPLES\n", StringComparison.Ordinal) < page.IndexOf(".SH \"SEE ALSO\"\n", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Groff_finds_no_fault_in_the_manual_pages()
    {
        Requires.Program("man");
        string[] pages = Directory.GetFiles(Path.Combine(_share, "man/man8"));
        Assert.Equal(VerbTable.Names.Length + 1, pages.Length);
        // All of groff's warnings (man(1), --warnings).
        Options plain = new() { Environment = new Dictionary<string, string?> { ["MANROFFSEQ"] = "", ["MANPAGER"] = "cat", ["MANWIDTH"] = "100" } };
        Result shown = Command.Run(plain, ["man", "--warnings=w", "-E", "UTF-8", "-l", .. pages]).Ok();
        Assert.Equal("", shown.Stderr);
        Assert.Equal(pages.Length, shown.Stdout.Split("SEE ALSO").Length - 1);
    }

    [Fact]
    public void Mandoc_finds_no_fault_in_the_manual_pages()
    {
        Requires.Program("mandoc");
        Result result = Command.Run(["mandoc", "-T", "lint", "-W", "warning", .. Directory.GetFiles(Path.Combine(_share, "man/man8"))]);
        Assert.Equal("", result.Stdout + result.Stderr);
    }

    private string Bash(string line)
    {
        string[] words = Line(line).Split(' ');
        words[0] = Path.Combine(_share, "runcs");
        return Offered(Command.Run(["bash", "--norc", "-c",
            "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _runcs; printf '%s\\n' \"${COMPREPLY[@]}\"", "bash",
            Path.Combine(_share, "bash-completion/completions/runcs"), .. words]));
    }

    private string Line(string line) => line.Replace("|", "", StringComparison.Ordinal).Replace("/share", _share, StringComparison.Ordinal);

    private Options With() => new() { Environment = new Dictionary<string, string?> { ["PATH"] = $"{_share}:{Environment.GetEnvironmentVariable("PATH")}" } };

    // In order; only the word of a line, without its description; only the path of a directory, which zsh splits.
    private string Offered(Result result)
    {
        Assert.Equal("", result.Ok().Stderr);
        return string.Join(' ', result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')[0].TrimEnd('/').Replace(_share, "/share", StringComparison.Ordinal))
            .Select(word => word == "bundles" ? "/share/bundles" : word).Order(StringComparer.Ordinal));
    }
}
