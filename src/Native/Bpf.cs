// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native.Arch;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Native;

/// <summary>bpf(2) for programs of type BPF_PROG_TYPE_CGROUP_DEVICE.</summary>
public static unsafe partial class Bpf
{
    private const int BPF_PROG_LOAD = 5, BPF_PROG_ATTACH = 8, BPF_PROG_DETACH = 9, BPF_PROG_GET_FD_BY_ID = 13, BPF_PROG_QUERY = 16;
    private const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15, BPF_CGROUP_DEVICE = 6, BPF_F_ALLOW_MULTI = 2, BPF_F_REPLACE = 4;

    // union bpf_attr of linux/bpf.h: one struct for each command, up to the last member used.
    [StructLayout(LayoutKind.Sequential)]
    private struct bpf_attr_load
    {
        public uint prog_type, insn_cnt;
        public ulong insns, license;
        public uint log_level, log_size;
        public ulong log_buf;
        public uint kern_version, prog_flags;
        public fixed byte prog_name[16];
        public uint prog_ifindex, expected_attach_type;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct bpf_attr_attach
    {
        public uint target_fd, attach_bpf_fd, attach_type, attach_flags, replace_bpf_fd;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct bpf_attr_id
    {
        public uint prog_id, next_id, open_flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct bpf_attr_query
    {
        public uint target_fd, attach_type, query_flags, attach_flags;
        public ulong prog_ids;
        public uint prog_cnt, reserved;
        // Unused. Linux 6.17 to 7.1 write the last member even if the given size excludes it (fixed by 21c4b99b27f3).
        public ulong prog_attach_flags, link_ids, link_attach_flags, revision;
    }

    /// <summary>Loads a program; <paramref name="log"/> receives the verifier's objections.</summary>
    /// <param name="name">At most 15 letters, digits, dots and underscores.</param>
    public static Errno TryLoadCgroupDevice(ReadOnlySpan<BpfInstruction> instructions, string name, out Fd? program, out string log)
    {
        var code = new ulong[instructions.Length];
        for (int i = 0; i < code.Length; i++) code[i] = instructions[i].Encoded;
        log = "";
        Errno errno = TryLoad(code, name, null, out program);
        if (!errno.IsError || errno.Value == Errno.EPERM) return errno;
        // Load it again for the reason: writing a log costs time, so the first call does not ask for one.
        var text = new byte[65536];
        errno = TryLoad(code, name, text, out program);
        int length = Array.IndexOf(text, (byte)0);
        log = Encoding.UTF8.GetString(text, 0, Math.Max(length, 0));
        return errno;
    }

    private static Errno TryLoad(ulong[] code, string name, byte[]? log, out Fd? program)
    {
        var attr = default(bpf_attr_load);
        fixed (ulong* insns = code)
        fixed (byte* license = "Apache-2.0\0"u8)
        fixed (byte* text = log)
        {
            attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
            attr.insn_cnt = (uint)code.Length;
            attr.insns = (ulong)insns;
            attr.license = (ulong)license;
            if (log != null) (attr.log_level, attr.log_size, attr.log_buf) = (1, (uint)log.Length, (ulong)text);
            attr.expected_attach_type = BPF_CGROUP_DEVICE;
            Encoding.UTF8.GetBytes(name, new Span<byte>(attr.prog_name, 15));
            return Take(bpf(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(bpf_attr_load)), out program);
        }
    }

    /// <summary>Attaches to a cgroup v2 directory, in addition to the attached programs or in place of one of them.</summary>
    /// <param name="replaced">A descriptor of the program to replace; -1 for none.</param>
    public static Errno TryAttachCgroupDevice(int cgroup, int program, int replaced = -1)
    {
        var attr = new bpf_attr_attach
        {
            target_fd = (uint)cgroup,
            attach_bpf_fd = (uint)program,
            attach_type = BPF_CGROUP_DEVICE,
            attach_flags = replaced < 0 ? BPF_F_ALLOW_MULTI : BPF_F_ALLOW_MULTI | BPF_F_REPLACE,
            replace_bpf_fd = replaced < 0 ? 0 : (uint)replaced,
        };
        return bpf(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(bpf_attr_attach)) < 0 ? Errno.Last : Errno.None;
    }

    public static Errno TryDetachCgroupDevice(int cgroup, int program)
    {
        var attr = new bpf_attr_attach { target_fd = (uint)cgroup, attach_bpf_fd = (uint)program, attach_type = BPF_CGROUP_DEVICE };
        return bpf(SYS_bpf, BPF_PROG_DETACH, &attr, sizeof(bpf_attr_attach)) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>The ids of the programs attached to the directory itself.</summary>
    public static Errno TryQueryCgroupDevice(int cgroup, out uint[] ids)
    {
        const int Most = 64; // BPF_CGROUP_MAX_PROGS
        uint* found = stackalloc uint[Most];
        var attr = new bpf_attr_query { target_fd = (uint)cgroup, attach_type = BPF_CGROUP_DEVICE, prog_ids = (ulong)found, prog_cnt = Most };
        ids = [];
        if (bpf(SYS_bpf, BPF_PROG_QUERY, &attr, sizeof(bpf_attr_query)) < 0) return Errno.Last;
        ids = new Span<uint>(found, (int)attr.prog_cnt).ToArray();
        return Errno.None;
    }

    public static Errno TryOpenProgram(uint id, out Fd? program)
    {
        var attr = new bpf_attr_id { prog_id = id };
        return Take(bpf(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &attr, sizeof(bpf_attr_id)), out program);
    }

    private static Errno Take(nint result, out Fd? fd)
    {
        fd = result < 0 ? null : new Fd((int)result); // close-on-exec, like all descriptors of bpf(2)
        return result < 0 ? Errno.Last : Errno.None;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint bpf(SystemCall nr, long command, void* attr, long size);
}
