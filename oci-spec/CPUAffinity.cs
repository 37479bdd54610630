// SPDX-License-Identifier: Apache-2.0
// config.md, "Linux Process": execCPUAffinity.
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>CPUs of an exec, each as a list such as <c>0-3,7</c>.</summary>
public sealed class CPUAffinity : DocumentObject
{
    /// <summary>The CPUs until the process is in its cgroup; "" to keep the runtime's own.</summary>
    public string Initial { get; set; } = "";

    /// <summary>The CPUs once it is in the cgroup; "" for those of the cgroup.</summary>
    public string Final { get; set; } = "";

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("initial"u8))
            Initial = reader.ReadString();
        else if (name.SequenceEqual("final"u8))
            Final = reader.ReadString();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("initial"u8, Initial);
        json.OptionalMember("final"u8, Final);
    }
}
