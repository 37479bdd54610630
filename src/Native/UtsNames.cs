// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace Runcs.Native;

/// <summary>sethostname(2) and setdomainname(2): the names of the caller's UTS namespace.</summary>
public static partial class UtsNames
{
    public static Errno TrySetHostName(string name) => sethostname(name, (nuint)Encoding.UTF8.GetByteCount(name)) < 0 ? Errno.Last : Errno.None;

    public static Errno TrySetDomainName(string name) => setdomainname(name, (nuint)Encoding.UTF8.GetByteCount(name)) < 0 ? Errno.Last : Errno.None;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int sethostname(string name, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setdomainname(string name, nuint length);
}
