// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>
/// What <c>runc state</c> prints and <c>runc list -f json</c> lists: the specification's state and further members, in
/// runc's order (containerState in its list.go). Engines parse it.
/// </summary>
public sealed class ContainerState : WritableObject
{
    private Dictionary<string, string>? annotations;

    /// <summary>The version of the specification that the container's config follows.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>The container's id.</summary>
    public string Id { get; set; } = "";

    /// <summary>The pid of the container's first process on the host; 0 once it has stopped, which is written too.</summary>
    public int Pid { get; set; }

    /// <summary>One of <see cref="ContainerStatus"/>.</summary>
    public string Status { get; set; } = "";

    /// <summary>The bundle, absolute.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>The root filesystem on the host, absolute.</summary>
    public string Rootfs { get; set; } = "";

    /// <summary>When the container was created, as Go's RFC3339Nano in UTC: <c>2026-08-19T09:35:07.123456789Z</c>.</summary>
    public string Created { get; set; } = "";

    /// <summary>The annotations of the config.</summary>
    public Dictionary<string, string> Annotations
    {
        get => annotations ??= [];
        set => annotations = value;
    }

    /// <summary>The owner of the state directory: a user name or <c>#uid</c> in a list, "" in <c>state</c>.</summary>
    public string Owner { get; set; } = "";

    /// <summary>What its keeper has recorded; null for a container without one, as all of runc's are.</summary>
    public ContainerKeeper? Keeper { get; set; }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("ociVersion"u8, OciVersion);
        json.Member("id"u8, Id);
        json.Member("pid"u8, Pid);
        json.Member("status"u8, Status);
        json.Member("bundle"u8, Bundle);
        json.Member("rootfs"u8, Rootfs);
        json.Member("created"u8, Created);
        json.OptionalMember("annotations"u8, annotations);
        json.Member("owner"u8, Owner);
        json.OptionalMember("keeper"u8, Keeper);
    }

    /// <summary>What <c>runc state</c> prints: two spaces for each level and no line end.</summary>
    public byte[] WriteIndented()
    {
        JsonText json = JsonText.Indented(2);
        Write(json);
        return json.ToArray();
    }

    /// <summary>What <c>runc list -f json</c> prints: one line with its end, <c>null</c> for no containers.</summary>
    public static byte[] WriteList(ReadOnlySpan<ContainerState> containers)
    {
        JsonText json = JsonText.Compact();
        if (containers.IsEmpty)
        {
            // Go writes a nil slice as null, and runc's slice stays nil.
            json.Null();
        }
        else
        {
            json.BeginArray();
            foreach (ContainerState container in containers)
                container.Write(json);
            json.EndArray();
        }
        json.EndLine();
        return json.ToArray();
    }
}
