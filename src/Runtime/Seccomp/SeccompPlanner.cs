// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native.Arch;
using Runcs.OciSpec;

namespace Runcs.Seccomp;

/// <summary>
/// From <c>linux.seccomp</c> to a <see cref="SeccompPlan"/>. Where the specification leaves a choice, it is runc's.
/// </summary>
public static class SeccompPlanner
{
    private const string Path = "linux.seccomp";
    private const uint DefaultErrno = 1; // EPERM

    /// <summary>BPF_MAXINSNS of linux/bpf_common.h.</summary>
    private const int LongestProgram = 4096;

    /// <param name="bundle">The base of a relative listenerPath.</param>
    /// <param name="facts">The kernel's features.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    /// <param name="warnings">Entries that the specification requires to be ignored.</param>
    /// <returns>Null without a profile, or with problems.</returns>
    public static SeccompPlan? PlanSeccomp(LinuxSeccomp? seccomp, string bundle, SeccompFacts facts, List<string> problems, List<string> warnings)
    {
        if (seccomp == null) return null;
        int before = problems.Count;
        uint otherwise = ReadAction(seccomp.DefaultAction, seccomp.DefaultErrnoRet, Path, "defaultAction", "defaultErrnoRet", problems);
        // The runtime's own calls would wait for an agent that does not have the descriptor yet.
        if (otherwise == SeccompAction.RetUserNotif) problems.Add($"{Path}.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action");
        var profile = new FilterProfile
        {
            Default = otherwise,
            Architectures = [.. ReadArchitectures(seccomp.Architectures, problems)],
            NewerCallsAreUnknown = !SeccompAction.LetsThrough(otherwise),
        };
        bool notifies = ReadRules(seccomp.Syscalls, profile, problems, warnings);
        uint flags = ReadFlags(seccomp.Flags, notifies, facts, problems);
        SeccompListener? listener = ReadListener(seccomp, notifies, bundle, problems);
        if (problems.Count > before) return null;
        ulong[]? program = Compile(profile, problems);
        return program == null || problems.Count > before ? null : new SeccompPlan(program, notifies ? flags | SeccompFlags.NewListener : flags, listener);
    }

    private static ulong[]? Compile(FilterProfile profile, List<string> problems)
    {
        var conflicts = new List<(int Entry, int Other)>();
        ulong[]? program = FilterCompiler.Compile(profile, conflicts);
        foreach ((int entry, int other) in conflicts)
        {
            string problem = $"{JsonPath.Element(Path + ".syscalls", entry)}: has the conditions of {JsonPath.Element("syscalls", other)} for one call, but another action";
            if (!problems.Contains(problem)) problems.Add(problem);
        }
        if (program == null) problems.Add($"{Path}.syscalls: has more conditions than fit into a filter");
        else if (program.Length > LongestProgram) problems.Add($"{Path}: compiles to {program.Length} instructions, and the kernel accepts {LongestProgram}");
        return program;
    }

    internal static uint ReadAction(string name, uint? value, string path, string member, string valueMember, List<string> problems)
    {
        if (SeccompAction.Find(name) is not { } action)
        {
            problems.Add(name.Length == 0 ? $"{path}.{member}: is required" : $"{path}.{member}: unknown action \"{name}\"{ValidNames.Instead(name, SeccompAction.Names)}");
            return 0;
        }
        if (SeccompAction.TakesValue(action))
        {
            // The return value has room for 16 bits (SECCOMP_RET_DATA).
            if (value > ushort.MaxValue) problems.Add($"{path}.{valueMember}: must be from 0 to {ushort.MaxValue}, got {value}");
            return action | (value ?? DefaultErrno);
        }
        // config-linux.md: "When the action doesn't support an errno, the runtime MUST print and error and fail."
        if (value != null) problems.Add($"{path}.{valueMember}: {name} has no errno to return");
        return action;
    }

    // The machine's own architecture is always included, and comes first, as in libseccomp.
    private static List<Architecture> ReadArchitectures(string[] names, List<string> problems)
    {
        var architectures = new List<Architecture> { Architecture.Native };
        for (int i = 0; i < names.Length; i++)
        {
            if (Architecture.Find(names[i]) is not { } architecture)
                problems.Add($"{JsonPath.Element(Path + ".architectures", i)}: unknown architecture \"{names[i]}\"{ValidNames.Instead(names[i], Architecture.Names)}");
            else if (IsPossible(architecture) && !architectures.Contains(architecture)) architectures.Add(architecture);
        }
        return architectures;
    }

    // This kernel makes calls of these architectures alone (syscall_get_arch()), so rules for others would never match.
    private static bool IsPossible(Architecture architecture) => architecture.Audit is Machine.AuditArch or Machine.AuditArch32;

    internal static bool ReadRules(LinuxSyscall[] entries, FilterProfile profile, List<string> problems, List<string> warnings)
    {
        bool notifies = false;
        List<string>? unknown = null;
        for (int i = 0; i < entries.Length; i++)
        {
            LinuxSyscall entry = entries[i];
            string path = JsonPath.Element(Path + ".syscalls", i);
            uint action = ReadAction(entry.Action, entry.ErrnoRet, path, "action", "errnoRet", problems);
            notifies |= action == SeccompAction.RetUserNotif;
            var rule = new FilterRule(i, action, ReadConditions(entry.Args, path, problems, out bool alternatives), alternatives);
            if (entry.Names.Length == 0) problems.Add($"{path}.names: must have at least one entry");
            for (int j = 0; j < entry.Names.Length; j++)
            {
                string name = entry.Names[j];
                int syscall = SyscallTable.Find(name);
                if (syscall >= 0) profile.Rules.Add((syscall, rule));
                else if (name.Length == 0) problems.Add($"{JsonPath.Element(path + ".names", j)}: must not be empty");
                else (unknown ??= []).Add(name);
                // The exec stage writes its failure reports, which must not wait for the agent. runc's rule and message.
                if (action == SeccompAction.RetUserNotif && name == "write")
                    problems.Add($"{JsonPath.Element(path + ".names", j)}: SCMP_ACT_NOTIFY cannot be used for the write syscall");
            }
        }
        if (unknown != null) warnings.Add($"{Path}.syscalls: ignored unknown system calls: {List(unknown)}");
        return notifies;
    }

    // Shortened to one readable line.
    private static string List(List<string> names)
    {
        const int Most = 20;
        return names.Count <= Most ? string.Join(", ", names) : $"{string.Join(", ", names.GetRange(0, Most))} and {names.Count - Most} more";
    }

    /// <param name="alternatives">An argument occurs twice: then each condition is a rule of its own (as runc).</param>
    private static Condition[] ReadConditions(LinuxSeccompArg[] args, string path, List<string> problems, out bool alternatives)
    {
        const int MostArguments = 6;
        alternatives = false;
        if (args.Length == 0) return [];
        var conditions = new List<Condition>(args.Length);
        int seen = 0;
        for (int i = 0; i < args.Length; i++)
        {
            LinuxSeccompArg arg = args[i];
            string jsonPath = JsonPath.Element(path + ".args", i);
            if (SeccompOperator.Find(arg.Op) is not { } comparison) problems.Add(arg.Op.Length == 0 ? $"{jsonPath}.op: is required" : $"{jsonPath}.op: unknown operator \"{arg.Op}\"{ValidNames.Instead(arg.Op, SeccompOperator.Names)}");
            else if (arg.Index >= MostArguments) problems.Add($"{jsonPath}.index: must be from 0 to {MostArguments - 1}, got {arg.Index}");
            else
            {
                bool masked = comparison == Comparison.MaskedEqual;
                conditions.Add(new Condition((byte)arg.Index, comparison, masked ? arg.Value : ulong.MaxValue, masked ? arg.ValueTwo : arg.Value));
                alternatives |= (seen & (1 << (int)arg.Index)) != 0;
                seen |= 1 << (int)arg.Index;
            }
        }
        if (!alternatives) conditions.Sort(static (a, b) => a.Argument.CompareTo(b.Argument));
        return [.. conditions];
    }

    private static uint ReadFlags(string[]? names, bool notifies, SeccompFacts facts, List<string> problems)
    {
        // runc's default.
        if (names == null) return SeccompFlags.SpecAllow;
        uint flags = 0;
        for (int i = 0; i < names.Length; i++)
        {
            string jsonPath = JsonPath.Element(Path + ".flags", i);
            if (SeccompFlags.Find(names[i]) is not { } flag)
            {
                problems.Add($"{jsonPath}: unknown flag \"{names[i]}\"{ValidNames.Instead(names[i], SeccompFlags.Names)}");
                continue;
            }
            // seccomp(2)
            if (flag == SeccompFlags.WaitKillableRecv && !facts.HasWaitKillable) problems.Add($"{jsonPath}: {names[i]} needs Linux 5.19");
            else if (flag == SeccompFlags.WaitKillableRecv && !notifies) problems.Add($"{jsonPath}: {names[i]} needs a rule with SCMP_ACT_NOTIFY");
            flags |= flag;
        }
        return flags;
    }

    private static SeccompListener? ReadListener(LinuxSeccomp seccomp, bool notifies, string bundle, List<string> problems)
    {
        bool isSet = seccomp.ListenerPath.Length > 0;
        // config-linux.md: "This field MUST NOT be set if listenerPath is not set."
        if (!isSet && seccomp.ListenerMetadata.Length > 0) problems.Add($"{Path}.listenerMetadata: must not be set without listenerPath");
        if (!notifies) return null;
        if (!isSet)
        {
            problems.Add($"{Path}.listenerPath: must be set for SCMP_ACT_NOTIFY");
            return null;
        }
        string path = seccomp.ListenerPath[0] == '/' ? seccomp.ListenerPath : string.Concat(bundle, "/", seccomp.ListenerPath);
        return new SeccompListener(path, seccomp.ListenerMetadata);
    }
}
