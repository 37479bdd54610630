// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Protobuf;

/// <summary>The form of a field's value: the low three bits of its tag (Protocol Buffers, "Encoding").</summary>
internal enum WireType
{
    /// <summary>An integer, a flag or a member of an enumeration.</summary>
    Varint = 0,

    /// <summary>Eight bytes: a double, among others.</summary>
    Fixed64 = 1,

    /// <summary>A length and as many bytes: text, bytes, a message, or packed numbers.</summary>
    Bytes = 2,

    /// <summary>Begins a group, a form that proto3 no longer has.</summary>
    GroupStart = 3,

    GroupEnd = 4,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}
