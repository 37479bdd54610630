// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Protobuf;

/// <summary>A message that can be written.</summary>
internal interface IProtoMessage
{
    /// <summary>Writes the message's fields, without its length.</summary>
    void Write(ProtoWriter writer);
}
