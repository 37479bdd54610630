// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;
using Runcs.OciSpec;
using Runcs.Seccomp;

namespace Runcs.Conformance.Seccomp;

/// <summary>Compares our filters with libseccomp's: the same verdict for every call, in fewer instructions.</summary>
public class OracleTests
{
    private static readonly string[] _actions =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG",
        "SCMP_ACT_TRACE", "SCMP_ACT_TRAP", "SCMP_ACT_NOTIFY",
    ];

    private static readonly string[] _operators = [.. SeccompOperator.Names];

    public static TheoryData<string> Architectures => [.. Architecture.Names.Where(Oracle.Knows)];

    [Theory]
    [InlineData("podman")]
    [InlineData("docker")]
    public void Engines_profiles_give_the_same_verdicts_in_fewer_instructions(string engine)
    {
        Libseccomp.Require();
        LinuxSeccomp profile = Profile(engine);
        Oracle oracle = new(profile, ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]);
        oracle.Compare();
        Assert.InRange(oracle.Length, 1, oracle.TheirLength - 1);
        Assert.InRange(oracle.Steps, 1, oracle.TheirSteps - 1);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Podmans_profile_gives_the_same_verdicts_on(string architecture)
    {
        Libseccomp.Require();
        new Oracle(Profile("podman"), With(architecture)).Compare();
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Generated_profiles_give_the_same_verdicts_on(string architecture)
    {
        Libseccomp.Require();
        const int Profiles = 12;
        for (int seed = 0; seed < Profiles; seed++)
        {
            var random = new Random(seed);
            new Oracle(Generate(random, mixed: seed % 2 == 1), With(architecture)).Compare();
        }
    }

    [Fact]
    public void Every_operator_and_every_action_gives_the_same_verdicts()
    {
        Libseccomp.Require();
        string[] names = ["read", "write", "openat", "personality", "clone", "socket", "mmap"];
        foreach (string action in _actions)
        {
            var rules = _operators.Select((op, i) => new LinuxSyscall
            {
                Names = [names[i]],
                Action = action,
                ErrnoRet = SeccompAction.TakesValue(SeccompAction.Find(action)!.Value) ? (uint)(i * 7) : null,
                Args = [new() { Index = (uint)(i % 6), Op = op, Value = 0x1_0000_0005 * (ulong)(i % 2) + 3, ValueTwo = 0x1_0000_0001 }],
            });
            var profile = new LinuxSeccomp { DefaultAction = "SCMP_ACT_LOG", Syscalls = [.. rules] };
            if (action == "SCMP_ACT_LOG") profile.DefaultAction = "SCMP_ACT_ALLOW";
            foreach (string architecture in (string[])["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_S390X", "SCMP_ARCH_ARM"])
                new Oracle(profile, [architecture]).Compare();
        }
    }

    private static LinuxSeccomp Profile(string engine)
    {
        JsonObject config = new() { ["linux"] = new JsonObject { ["seccomp"] = Requires.Profile(engine) } };
        return Config.Read(Encoding.UTF8.GetBytes(config.ToJsonString())).Linux!.Seccomp!;
    }

    // x32 belongs to x86-64, which the machine always has.
    private static string[] With(string architecture) => architecture == "SCMP_ARCH_X32" ? ["SCMP_ARCH_X86_64", architecture] : [architecture];

    // Rules that may contradict each other use few names, so that they overlap.
    private static LinuxSeccomp Generate(Random random, bool mixed)
    {
        string[] names = [.. Enumerable.Range(0, mixed ? 12 : 150).Select(_ => Oracle.KnownNames[random.Next(Oracle.KnownNames.Count)])];
        string common = _actions[random.Next(_actions.Length)];
        var entries = Enumerable.Range(0, mixed ? 40 : 60).Select(_ => new LinuxSyscall
        {
            Names = [.. Enumerable.Range(0, mixed ? 1 : random.Next(1, 6)).Select(_ => names[random.Next(names.Length)])],
            Action = mixed ? _actions[random.Next(_actions.Length)] : common,
            Args = [.. Enumerable.Range(0, Math.Max(0, random.Next(mixed ? 4 : 7) - 2)).Select(_ => Arg(random))],
        });
        return new LinuxSeccomp { DefaultAction = _actions[random.Next(_actions.Length - 1)], Syscalls = [.. entries] };
    }

    private static LinuxSeccompArg Arg(Random random) => new()
    {
        Index = (uint)random.Next(6),
        Op = _operators[random.Next(_operators.Length)],
        Value = Value(random),
        ValueTwo = Value(random),
    };

    private static ulong Value(Random random) => random.Next(6) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => uint.MaxValue,
        3 => 1UL << random.Next(64),
        4 => (ulong)random.Next(100),
        _ => (ulong)random.NextInt64(),
    };
}
