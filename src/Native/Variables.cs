// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>getenv(3): the variables that the caller gave us.</summary>
public static partial class Variables
{
    /// <summary>The variable's value; null if it is not set.</summary>
    public static string? Get(string name) => Marshal.PtrToStringUTF8(getenv(name));

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);
}
