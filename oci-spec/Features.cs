// SPDX-License-Identifier: Apache-2.0
// features.md.
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>What a runtime recognizes, regardless of the host's support. Null means "unknown"; an empty array does not.</summary>
public sealed class Features : WritableObject
{
    /// <summary>The oldest version of the specification that is accepted in a config.</summary>
    public string OciVersionMin { get; set; } = "";

    /// <summary>The newest one.</summary>
    public string OciVersionMax { get; set; } = "";

    /// <summary>Names of hooks.</summary>
    public string[]? Hooks { get; set; }

    /// <summary>Mount options that are not parameters of a particular file system.</summary>
    public string[]? MountOptions { get; set; }

    /// <summary>The Linux part.</summary>
    public LinuxFeatures? Linux { get; set; }

    /// <summary>Annotations of the runtime itself.</summary>
    public Dictionary<string, string> Annotations { get; set; } = [];

    /// <summary>Annotations of a config that change what the runtime does; a name that ends with a dot is a prefix.</summary>
    public string[]? PotentiallyUnsafeConfigAnnotations { get; set; }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("ociVersionMin"u8, OciVersionMin);
        json.Member("ociVersionMax"u8, OciVersionMax);
        json.NullableMember("hooks"u8, Hooks);
        json.NullableMember("mountOptions"u8, MountOptions);
        json.OptionalMember("linux"u8, Linux);
        json.OptionalMember("annotations"u8, Annotations);
        json.NullableMember("potentiallyUnsafeConfigAnnotations"u8, PotentiallyUnsafeConfigAnnotations);
    }
}
