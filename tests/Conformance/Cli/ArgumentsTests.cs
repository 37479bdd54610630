// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli;
using Runcs.Cli.Parsing;

namespace Runcs.Conformance.Cli;

/// <summary>runc's parsing of flags (Go's flag package), which engines rely on.</summary>
public class ArgumentsTests
{
    private static readonly Flag[] _flags =
    [
        new(FlagKind.Switch, "force", "", 'f'),
        new(FlagKind.Text, "bundle", "", 'b'),
        new(FlagKind.Number, "preserve-fds", ""),
        new(FlagKind.List, "env", "", 'e'),
    ];

    [Theory]
    [InlineData("--bundle /b id", "bundle=/b | id")]
    [InlineData("--bundle=/b id", "bundle=/b | id")]
    [InlineData("-bundle /b id", "bundle=/b | id")]
    [InlineData("-bundle=/b id", "bundle=/b | id")]
    [InlineData("-b /b id", "bundle=/b | id")]
    [InlineData("--b=/b id", "bundle=/b | id")]
    [InlineData("id --bundle /b", "bundle=/b | id")]
    [InlineData("id --bundle /b more", "bundle=/b | id more")]
    [InlineData("--force id", "force=true | id")]
    [InlineData("-f id", "force=true | id")]
    [InlineData("id -f", "force=true | id")]
    [InlineData("--force=false id", "force=false | id")]
    [InlineData("--force=1 id", "force=true | id")]
    [InlineData("--force=TRUE id", "force=true | id")]
    [InlineData("--force false id", "force=true | false id")]
    [InlineData("--bundle --force id", "bundle=--force | id")]
    [InlineData("--bundle= id", "bundle= | id")]
    [InlineData("--bundle=a=b id", "bundle=a=b | id")]
    [InlineData("--bundle /a --bundle /b id", "bundle=/b | id")]
    [InlineData("--preserve-fds 3 id", "preserve-fds=3 | id")]
    [InlineData("--preserve-fds -1 id", "preserve-fds=-1 | id")]
    [InlineData("-- --force id", " | --force id")]
    [InlineData("id -- --force", " | id --force")]
    [InlineData("- id", " | - id")]
    [InlineData("", " | ")]
    public void Reads(string arguments, string expected) => Assert.Equal(expected, Describe(Parse(arguments)));

    [Theory]
    [InlineData("id -f", " | id -f")]
    [InlineData("-f id --force --unknown", "force=true | id --force --unknown")]
    [InlineData("id -- -x", " | id -- -x")]
    public void Flags_end_at_the_first_other_argument(string arguments, string expected) =>
        Assert.Equal(expected, Describe(Arguments.Parse(Split(arguments), _flags, flagsComeFirst: true)));

    [Theory]
    [InlineData("-fb /b id", "force=true bundle=/b | id")]
    [InlineData("-fb/b=c id", "force=true bundle=/b=c | id")]
    [InlineData("-b/b -ef id", "bundle=/b env=f | id")]
    [InlineData("-bundle /b id", "bundle=/b | id")]
    public void Called_as_crun_letters_behind_one_dash_are_flags(string arguments, string expected) =>
        Assert.Equal(expected, Describe(Arguments.Parse(Split(arguments), _flags, flagsComeFirst: false, () => true)));

    [Theory]
    [InlineData("-fx id", "flag provided but not defined: -fx")]
    [InlineData("--fb /b id", "flag provided but not defined: -fb")]
    [InlineData("-fb", "flag needs an argument: -b")]
    public void Called_as_crun_refuses(string arguments, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Arguments.Parse(Split(arguments), _flags, flagsComeFirst: false, () => true)).Message);

    [Theory]
    [InlineData("--bundle a --env b", "env=b")]
    [InlineData("--env b --bundle a", "bundle=a")]
    [InlineData("--env a --force", "env=a")]
    [InlineData("--force", "=")]
    public void The_later_of_two_flags_is_found(string arguments, string expected)
    {
        (string Name, string Value)? last = Parse(arguments).Last("bundle", "env");
        Assert.Equal(expected, $"{last?.Name}={last?.Value}");
    }

    [Theory]
    [InlineData("--frob id", "flag provided but not defined: -frob")]
    [InlineData("-frob=1 id", "flag provided but not defined: -frob")]
    [InlineData("id -x", "flag provided but not defined: -x")]
    [InlineData("-fb id", "flag provided but not defined: -fb")]
    [InlineData("id --bundle", "flag needs an argument: -bundle")]
    [InlineData("-b", "flag needs an argument: -b")]
    [InlineData("--force=maybe id", "invalid boolean value \"maybe\" for -force: parse error: must be true or false")]
    [InlineData("--preserve-fds x id", "invalid value \"x\" for flag -preserve-fds: parse error: must be a whole number")]
    [InlineData("---force id", "bad flag syntax: ---force")]
    [InlineData("--=x id", "bad flag syntax: --=x")]
    public void Invalid_flags_are_refused_with_runcs_message(string arguments, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Parse(arguments)).Message);

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("-help")]
    [InlineData("id -h")]
    [InlineData("-f -h --frob")]
    public void Help_may_be_requested_anywhere(string arguments) => Assert.True(Parse(arguments).WantsHelp);

    [Fact]
    public void Every_verb_of_the_table_is_found_by_its_name() =>
        Assert.All(VerbTable.Names, name => Assert.Equal(name, VerbTable.Find(name)?.Name));

    [Fact]
    public void No_verb_has_a_flag_twice() => Assert.All(VerbTable.Names, name =>
    {
        Flag[] flags = VerbTable.Find(name)!.Flags;
        Assert.Distinct(flags.Select(flag => flag.Name));
        Assert.Distinct(flags.Where(flag => flag.Alias != '\0').Select(flag => flag.Alias));
    });

    private static Arguments Parse(string arguments) => Arguments.Parse(Split(arguments), _flags, flagsComeFirst: false);

    private static string[] Split(string arguments) => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Describe(Arguments arguments)
    {
        IEnumerable<string> given = _flags.Where(flag => arguments.Get(flag.Name) != null).Select(flag => $"{flag.Name}={arguments.Get(flag.Name)}");
        return $"{string.Join(' ', given)} | {string.Join(' ', arguments.Positional)}";
    }
}
