// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices.Marshalling;

namespace Runcs.Native;

/// <summary>A C string for the duration of a call: on the caller's stack if it fits.</summary>
internal unsafe ref struct CString
{
    /// <summary>The size of the caller's buffer on the stack.</summary>
    public const int Size = 256;

    private Utf8StringMarshaller.ManagedToUnmanagedIn _string;

    public CString(string? text, Span<byte> place) => _string.FromManaged(text, place);

    public static implicit operator byte*(in CString text) => text._string.ToUnmanaged();

    public void Dispose() => _string.Free();
}
