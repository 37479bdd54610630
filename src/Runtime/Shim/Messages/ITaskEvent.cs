// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>An event for the subscribers of containerd (containerd.events).</summary>
internal interface ITaskEvent : IProtoMessage
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    string TypeName { get; }

    /// <summary>What subscribers filter by.</summary>
    string Topic { get; }
}
