// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Bench;

/// <summary>
/// The user nobody. A thread becomes it for the time of a spawn: the child is that user from its start, with no program in
/// between that would be timed too.
/// </summary>
internal static partial class OrdinaryUser
{
    /// <summary>nobody and nogroup of Debian, so that programs find a name.</summary>
    public const uint Id = 65534;

    private const uint Root = 0;

    private static readonly bool _isArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static nint SYS_setresuid => _isArm64 ? 147 : 117;

    private static nint SYS_setresgid => _isArm64 ? 149 : 119;

    private static nint SYS_setgroups => _isArm64 ? 159 : 116;

    /// <summary>Makes a directory of it alone.</summary>
    public static string Directory(string path)
    {
        System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ = chown(path, Id, Id);
        return path;
    }

    /// <summary>Calls the function with the user's ids. The system calls change this thread alone, those of the C library all threads.</summary>
    public static T Do<T>(Func<T> function)
    {
        Check(syscall(SYS_setgroups, 0, 0, 0));
        Check(syscall(SYS_setresgid, Id, Id, Root));
        Check(syscall(SYS_setresuid, Id, Id, Root));
        try
        {
            return function();
        }
        finally
        {
            Check(syscall(SYS_setresuid, Root, Root, Root));
            Check(syscall(SYS_setresgid, Root, Root, Root));
        }
    }

    private static void Check(nint result)
    {
        if (result != 0) throw new InvalidOperationException($"setresuid: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nuint first, nuint second, nuint third);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint uid, uint gid);
}
