// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Control groups".
using System;
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Limits of a cgroup; also what <c>update --resources</c> takes.</summary>
public sealed class LinuxResources : DocumentObject
{
    private Dictionary<string, LinuxRdma>? rdma;
    private Dictionary<string, string>? unified;

    /// <summary>Rules about devices, in the order in which they are applied.</summary>
    public LinuxDeviceCgroup[] Devices { get; set; } = [];

    /// <summary>Memory.</summary>
    public LinuxMemory? Memory { get; set; }

    /// <summary>CPU time and the cpuset.</summary>
    public LinuxCPU? CPU { get; set; }

    /// <summary>Number of tasks.</summary>
    public LinuxPids? Pids { get; set; }

    /// <summary>Block devices.</summary>
    public LinuxBlockIO? BlockIO { get; set; }

    /// <summary>Huge pages, by page size.</summary>
    public LinuxHugepageLimit[] HugepageLimits { get; set; } = [];

    /// <summary>Marks of network packets (cgroup v1).</summary>
    public LinuxNetwork? Network { get; set; }

    /// <summary>RDMA, by device name.</summary>
    public Dictionary<string, LinuxRdma> Rdma
    {
        get => rdma ??= [];
        set => rdma = value;
    }

    /// <summary>Files of cgroup v2 and what to write into them.</summary>
    public Dictionary<string, string> Unified
    {
        get => unified ??= [];
        set => unified = value;
    }

    /// <summary>Reads a whole document, as <c>update --resources</c> takes it.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="misnamed">Ignored members whose names resemble known ones.</param>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static LinuxResources Read(ReadOnlySpan<byte> utf8, out DocumentFault[] misnamed) => DocumentReader.Read<LinuxResources>(utf8, out misnamed);

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("devices"u8))
            Devices = reader.ReadObjects<LinuxDeviceCgroup>();
        else if (name.SequenceEqual("memory"u8))
            Memory = reader.ReadObject(Memory);
        else if (name.SequenceEqual("cpu"u8))
            CPU = reader.ReadObject(CPU);
        else if (name.SequenceEqual("pids"u8))
            Pids = reader.ReadObject(Pids);
        else if (name.SequenceEqual("blockIO"u8))
            BlockIO = reader.ReadObject(BlockIO);
        else if (name.SequenceEqual("hugepageLimits"u8))
            HugepageLimits = reader.ReadObjects<LinuxHugepageLimit>();
        else if (name.SequenceEqual("network"u8))
            Network = reader.ReadObject(Network);
        else if (name.SequenceEqual("rdma"u8))
            reader.ReadObjectMap(Rdma);
        else if (name.SequenceEqual("unified"u8))
            reader.ReadMap(Unified);
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("devices"u8, Devices);
        json.OptionalMember("memory"u8, Memory);
        json.OptionalMember("cpu"u8, CPU);
        json.OptionalMember("pids"u8, Pids);
        json.OptionalMember("blockIO"u8, BlockIO);
        json.OptionalMember("hugepageLimits"u8, HugepageLimits);
        json.OptionalMember("network"u8, Network);
        json.OptionalMember("rdma"u8, Rdma);
        json.OptionalMember("unified"u8, Unified);
    }
}
