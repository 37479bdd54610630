// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxMemory : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("limit"u8, Limit);
        json.OptionalMember("reservation"u8, Reservation);
        json.OptionalMember("swap"u8, Swap);
        json.OptionalMember("kernel"u8, Kernel);
        json.OptionalMember("kernelTCP"u8, KernelTCP);
        json.OptionalMember("swappiness"u8, Swappiness);
        json.OptionalMember("disableOOMKiller"u8, DisableOOMKiller);
        json.OptionalMember("useHierarchy"u8, UseHierarchy);
        json.OptionalMember("checkBeforeUpdate"u8, CheckBeforeUpdate);
        json.EndObject();
    }
}

public sealed partial class LinuxCPU : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("shares"u8, Shares);
        json.OptionalMember("quota"u8, Quota);
        json.OptionalMember("burst"u8, Burst);
        json.OptionalMember("period"u8, Period);
        json.OptionalMember("realtimeRuntime"u8, RealtimeRuntime);
        json.OptionalMember("realtimePeriod"u8, RealtimePeriod);
        json.OptionalMember("cpus"u8, Cpus);
        json.OptionalMember("mems"u8, Mems);
        json.OptionalMember("idle"u8, Idle);
        json.EndObject();
    }
}

public sealed partial class LinuxPids : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("limit"u8, Limit);
        json.EndObject();
    }
}
