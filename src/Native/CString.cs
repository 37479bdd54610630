// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices.Marshalling;

namespace Runcs.Native;

/// <summary>A string as C has it, for the length of a call: in the caller's stack if it fits there.</summary>
internal unsafe ref struct CString
{
    /// <summary>What the caller gives in its stack.</summary>
    public const int Size = 256;

    private Utf8StringMarshaller.ManagedToUnmanagedIn _string;

    public CString(string? text, Span<byte> place) => _string.FromManaged(text, place);

    public static implicit operator byte*(in CString text) => text._string.ToUnmanaged();

    public void Dispose() => _string.Free();
}
