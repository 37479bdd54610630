// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>sethostname(2) and setdomainname(2): the names of the caller's UTS namespace.</summary>
public static unsafe class UtsNames
{
    public static Errno TrySetHostName(string name) => sethostname(name, Encoding.UTF8.GetByteCount(name)) < 0 ? Errno.Last : Errno.None;

    public static Errno TrySetDomainName(string name) => setdomainname(name, Encoding.UTF8.GetByteCount(name)) < 0 ? Errno.Last : Errno.None;

    private static int sethostname(string name, int length)
    {
        using var text = new CString(name, stackalloc byte[CString.Size]);
        return LibC.sethostname(text, length);
    }

    private static int setdomainname(string name, int length)
    {
        using var text = new CString(name, stackalloc byte[CString.Size]);
        return LibC.setdomainname(text, length);
    }
}
