// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>Loads a <see cref="DeviceProgram"/> and attaches it to the container's cgroup, which then owns it.</summary>
internal static class DeviceFilter
{
    private const string Field = "linux.resources.devices", ProgramName = "runcs_devices";

    /// <param name="cgroup">The container's directory.</param>
    /// <param name="rules">With the defaults.</param>
    /// <param name="isNew">The directory was just made, so nothing is attached to it.</param>
    /// <exception cref="RuncsException"/>
    public static void Attach(Fd cgroup, DeviceRule[] rules, bool isNew)
    {
        BpfInstruction[]? instructions = DeviceProgram.Compile(rules);
        List<Fd> old = isNew ? [] : Attached(cgroup);
        try
        {
            if (instructions != null)
            {
                Errno errno = Bpf.TryLoadCgroupDevice(instructions, ProgramName, out Fd? program, out string log);
                if (errno.IsError) throw Failed("BPF_PROG_LOAD", errno, log);
                using (program)
                {
                    // An existing program is replaced atomically, so that devices always have a filter.
                    bool replaces = old.Count == 1;
                    errno = Bpf.TryAttachCgroupDevice(cgroup.Value, program!.Value, replaces ? old[0].Value : -1);
                    if (errno.IsError) throw Failed("BPF_PROG_ATTACH", errno, "");
                    if (replaces) return;
                }
            }
            foreach (Fd program in old)
            {
                Errno errno = Bpf.TryDetachCgroupDevice(cgroup.Value, program.Value);
                if (errno.IsError) throw Failed("BPF_PROG_DETACH", errno, "");
            }
        }
        finally
        {
            foreach (Fd program in old) program.Dispose();
        }
    }

    private static List<Fd> Attached(Fd cgroup)
    {
        Errno errno = Bpf.TryQueryCgroupDevice(cgroup.Value, out uint[] ids);
        if (errno.IsError) throw Failed("BPF_PROG_QUERY", errno, "");
        var programs = new List<Fd>(ids.Length);
        foreach (uint id in ids)
        {
            errno = Bpf.TryOpenProgram(id, out Fd? program);
            if (!errno.IsError)
            {
                programs.Add(program!);
                continue;
            }
            // It was detached meanwhile.
            if (errno.Value == Errno.ENOENT) continue;
            foreach (Fd opened in programs) opened.Dispose();
            throw Failed("BPF_PROG_GET_FD_BY_ID", errno, "");
        }
        return programs;
    }

    private static RuncsException Failed(string command, Errno errno, string log)
    {
        string verifier = log.Length == 0 ? "" : $"the kernel's verifier says: {log.Trim().Replace("\n", "; ", System.StringComparison.Ordinal)}";
        return errno.Failure(Field, "bpf", command).WithHint(verifier);
    }
}
