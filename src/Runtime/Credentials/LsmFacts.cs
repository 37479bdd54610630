// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Credentials;

/// <summary>The security modules for labels that are enabled in this kernel.</summary>
public sealed record LsmFacts(bool HasAppArmor = false, bool HasSelinux = false)
{
    /// <summary>Reads them from the host.</summary>
    public static LsmFacts Read() => new(IsAppArmorEnabled(), IsSelinuxEnabled());

    private static bool IsAppArmorEnabled()
    {
        if (Files.TryOpenAt(Files.AT_FDCWD, "/sys/module/apparmor/parameters/enabled", OpenFlags.O_RDONLY, 0, out Fd? file).IsError) return false;
        using (file)
        {
            Span<byte> answer = stackalloc byte[1];
            return !Files.TryRead(file!.Value, answer, out int count).IsError && count == 1 && answer[0] == 'Y';
        }
    }

    // selinux(8): its file system is mounted there unless it is disabled.
    private static bool IsSelinuxEnabled() => !Files.TryAccessAt(Files.AT_FDCWD, "/sys/fs/selinux/enforce", 0).IsError;
}
