// SPDX-License-Identifier: Apache-2.0
// systemd.resource-control(5); org.freedesktop.systemd1(5)
using System;
using System.Collections.Generic;
using System.Globalization;

namespace Runcs.Cgroups.Systemd;

/// <summary>
/// The values of a cgroup's files as properties of its unit: systemd overwrites values that it does not know with its
/// own defaults when it next writes the files (daemon-reload, another property set).
/// </summary>
internal static class ResourceProperties
{
    private const ulong DefaultPeriod = 100_000, Infinity = ulong.MaxValue, SecondInMicroseconds = 1_000_000;

    /// <param name="writes">Their quota is replaced by the one that systemd can express.</param>
    /// <param name="period">The period of the quota where none is written, in microseconds; null for the kernel's default.</param>
    /// <param name="early">Receives the properties for values that are written early.</param>
    /// <param name="late">Receives the rest.</param>
    public static void Plan(CgroupWrites writes, ulong? period, List<UnitProperty> early, List<UnitProperty> late)
    {
        bool isIdle = false;
        foreach (CgroupWrite write in writes.All)
        {
            if (write.File == "cpu.cfs_period_us" && ulong.TryParse(write.Value, out ulong written)) period = written;
            if (write is { File: "cpu.idle", Value: "1" }) isIdle = true;
        }
        for (int i = 0; i < writes.All.Count; i++)
        {
            CgroupWrite write = writes.All[i];
            List<UnitProperty> properties = write.Phase is CgroupPhase.Initial or CgroupPhase.Early ? early : late;
            switch (write.File)
            {
                case "cpu.max" or "cpu.cfs_quota_us":
                    writes.All[i] = PlanQuota(write, period ?? DefaultPeriod, properties);
                    break;
                case "cpu.weight" when isIdle:
                    writes.Warnings.Add("unable to apply both cpu.weight and cpu.idle to systemd, ignoring cpu.weight");
                    break;
                default:
                    if (Of(write) is { } property) properties.Add(property);
                    break;
            }
        }
    }

    private static UnitProperty? Of(CgroupWrite write) => write.File switch
    {
        "memory.max" => Limit("MemoryMax", write.Value),
        "memory.high" => Limit("MemoryHigh", write.Value),
        "memory.low" => Limit("MemoryLow", write.Value),
        "memory.min" => Limit("MemoryMin", write.Value),
        "memory.swap.max" => Limit("MemorySwapMax", write.Value),
        "memory.limit_in_bytes" => Limit("MemoryLimit", write.Value),
        // systemd refuses 0; a limit of one task has the same effect.
        "pids.max" => write.Value == "0" ? new("TasksMax", BusValue.Of(1)) : Limit("TasksMax", write.Value),
        "cpu.weight" => Limit("CPUWeight", write.Value),
        // The weight 0 is idle for systemd; there is no property for "not idle".
        "cpu.idle" => write.Value == "1" ? new("CPUWeight", BusValue.Of(0), Since: 252) : null,
        "cpu.shares" => Limit("CPUShares", write.Value),
        "cpu.cfs_period_us" => new("CPUQuotaPeriodUSec", BusValue.Of(ulong.Parse(write.Value, CultureInfo.InvariantCulture)), Since: 242),
        "cpuset.cpus" => Mask("AllowedCPUs", write.Value),
        "cpuset.mems" => Mask("AllowedMemoryNodes", write.Value),
        "io.weight" => Weight("IOWeight", write.Value),
        // BFQ has other numbers; systemd gets those that would be written without BFQ.
        "io.bfq.weight" => write.Instead == null ? null : Of(write.Instead),
        "blkio.weight" => Weight("BlockIOWeight", write.Value),
        _ => null,
    };

    private static UnitProperty? Limit(string name, string value) =>
        value is "max" or "-1" ? new(name, BusValue.Of(Infinity)) : ulong.TryParse(value.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? new(name, BusValue.Of(number)) : null;

    private static UnitProperty? Mask(string name, string list) => CpuMask.TryParse(list) is { } mask ? new(name, mask, Since: 244) : null;

    // The weight of one device is "8:0 100".
    private static UnitProperty? Weight(string name, string value) =>
        Limit(name, value.StartsWith("default ", StringComparison.Ordinal) ? value["default ".Length..] : value);

    // systemd keeps whole percents of a CPU in the unit's file, and reads the quota from there again. As runc: rounded up, and
    // the same value is written to the kernel.
    private static CgroupWrite PlanQuota(CgroupWrite write, ulong period, List<UnitProperty> properties)
    {
        const ulong Percent = SecondInMicroseconds / 100;
        string[] words = write.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 2 && ulong.TryParse(words[1], out ulong written) && written > 0)
        {
            period = written;
            properties.Add(new("CPUQuotaPeriodUSec", BusValue.Of(period), Since: 242));
        }
        if (words is not [var first, ..]) return write;
        if (first is "max" or "-1")
        {
            properties.Add(new("CPUQuotaPerSecUSec", BusValue.Of(Infinity)));
            return write;
        }
        // The kernel refuses a quota that does not fit.
        if (!ulong.TryParse(first, out ulong quota) || quota > Infinity / SecondInMicroseconds) return write;
        ulong perSecond = quota * SecondInMicroseconds / period;
        if (perSecond % Percent != 0)
        {
            perSecond = (perSecond / Percent + 1) * Percent;
            words[0] = (perSecond * period / SecondInMicroseconds).ToString();
        }
        properties.Add(new("CPUQuotaPerSecUSec", BusValue.Of(perSecond)));
        return write with { Value = string.Join(' ', words) };
    }
}
