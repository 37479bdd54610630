// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// The result of each system call under an engine's default profile, compared with runc: both run the same program, which
/// makes several hundred calls through each of the kernel's entry points.
/// </summary>
public class SyscallComparisonTests
{
    // CLONE_NEWUSER | SIGCHLD, AF_INET, AF_ALG, AF_VSOCK, personality(2)'s query.
    private static readonly string[][] _calls =
    [
        ["one", "56", "268435473"], ["one", "435", "0", "0"], ["one", "272", "268435456"], ["one", "41", "2", "1", "0"], ["one", "41", "38", "5", "0"], ["one", "41", "40", "1", "0"],
        ["one", "41", "16", "3", "9"], ["one", "135", "4294967295"], ["one", "135", "0"], ["one", "135", "8"], ["one", "135", "131072"], ["one", "135", "131080"], ["one", "135", "1"],
        ["one", "135", "4294967303"], ["one", "101", "0"], ["one", "250", "0"], ["one", "165", "0"], ["one", "304", "0"], ["one", "321", "0"], ["one", "298", "0"], ["one", "323", "0"],
    ];

    private static readonly string[][] _calls32 =
    [
        ["one32", "359", "40", "1", "0"], ["one32", "359", "2", "1", "0"], ["one32", "136", "4294967295"], ["one32", "136", "1"], ["one32", "102", "1", "0"], ["one32", "117", "1", "0"], ["one32", "120", "268435473"],
    ];

    public SyscallComparisonTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.Program("runc");
    }

    public static TheoryData<string, bool> Profiles => new()
    {
        { "podman", true },
        { "podman", false },
        { "docker", true },
    };

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_call_ends_as_under_runc(string engine, bool noNewPrivileges) =>
        Compare(engine, noNewPrivileges, atLeast: 1000, [["64", "0", "475"], ["x32", "0", "560"], .. _calls]);

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_32_bit_call_ends_as_under_runc(string engine, bool noNewPrivileges)
    {
        Requires.Calls32();
        Compare(engine, noNewPrivileges, atLeast: 450, [["32", "0", "475"], .. _calls32]);
    }

    private static void Compare(string engine, bool noNewPrivileges, int atLeast, string[][] calls)
    {
        JsonObject profile = Requires.Profile(engine);
        using Container container = new();
        Probe.PutInto(container.Bundle);
        container.Bundle.Shell(string.Join('\n', calls.Select(call => $"{Probe.Path} {string.Join(' ', call)}")));
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        container.Bundle.Linux["seccomp"] = profile;
        string[] ours = Lines(container.Run().Ok());
        string[] theirs = Lines(Command.Run(Programs.Find("runc")!, "--root", container.Path("runc"), "run", "--bundle", container.Bundle.Directory, container.Id));
        Assert.True(ours.Length >= atLeast, $"only {ours.Length} calls came back");
        string[] newer = [.. NewerThanRuncs(profile)];
        Assert.Equal("", string.Join('\n', theirs.Zip(ours).Where(pair => pair.First != pair.Second && !newer.Contains(Call(pair.First))).Select(pair => $"{pair.First}, ours {pair.Second}")));
        Assert.Equal(theirs.Length, ours.Length);
    }

    private static string Call(string line) => line[..line.LastIndexOf(' ')];

    private static string[] Lines(Result result) => result.Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Names in the profile that the libseccomp of runc 1.1 in Debian 12 (2.5.4) does not know: runc skips them.
    private static IEnumerable<string> NewerThanRuncs(JsonObject profile)
    {
        (string Name, int Number)[] known =
        [
            ("cachestat", 451), ("fchmodat2", 452), ("map_shadow_stack", 453), ("futex_wake", 454), ("futex_wait", 455), ("futex_requeue", 456), ("statmount", 457), ("listmount", 458),
            ("lsm_get_self_attr", 459), ("lsm_set_self_attr", 460), ("lsm_list_modules", 461), ("mseal", 462), ("setxattrat", 463), ("getxattrat", 464), ("listxattrat", 465), ("removexattrat", 466),
            ("open_tree_attr", 467), ("file_getattr", 468), ("file_setattr", 469),
        ];
        string text = profile.ToJsonString();
        return known.Where(call => text.Contains($"\"{call.Name}\"", StringComparison.Ordinal)).SelectMany(call => (string[])[$"64 {call.Number}", $"32 {call.Number}", $"x32 {call.Number}"]);
    }
}
