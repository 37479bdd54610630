// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.OciSpec.Json;

namespace Runcs.Containers.Commands;

/// <summary>
/// <c>events</c>: the stats of a container and its OOM events; one line of JSON each, in the form of runc's types.Event.
/// </summary>
public static class EventsCommand
{
    /// <summary>Prints the stats once.</summary>
    /// <param name="output">The descriptor to print to.</param>
    /// <exception cref="RuncsException">The container does not exist or has stopped.</exception>
    public static void PrintStats(string root, string id, int output)
    {
        ContainerRecord record = Container.Load(root, id);
        if (!record.Init.Exists()) throw NotRunning(id);
        using Cgroup? cgroup = ContainerCgroup.Open(record);
        Print(Stats(record, cgroup), output);
    }

    /// <summary>Prints the stats at each interval and every OOM event, until the container stops.</summary>
    /// <param name="interval">Milliseconds.</param>
    /// <param name="output">The descriptor to print to.</param>
    /// <exception cref="RuncsException">The container does not exist or has stopped.</exception>
    public static void Follow(string root, string id, long interval, int output)
    {
        ContainerRecord record = Container.Load(root, id);
        using Fd init = record.Init.Open() ?? throw NotRunning(id);
        using Cgroup? cgroup = ContainerCgroup.Open(record);
        using OomWatch? oom = cgroup?.WatchOom();
        for (long next = Clock.Milliseconds() + interval; ;)
        {
            bool hasEnded = Wait(init, oom, next);
            if (oom != null && oom.Take()) Print(Oom(id), output);
            if (hasEnded) return;
            long now = Clock.Milliseconds();
            if (now < next) continue;
            Print(Stats(record, cgroup), output);
            // A slow reader misses some, as with Go's ticker.
            next = Math.Max(next + interval, now);
        }
    }

    // Waits for the end of the container, an OOM event, or the interval. True for the first.
    private static bool Wait(Fd init, OomWatch? oom, long until)
    {
        const int Patience = 100; // if an outer filter leaves no pidfd to poll
        Span<Descriptors.PollFd> entries =
        [
            new() { Fd = ProcessDescriptors.PollNumber(init), Events = PollEvents.POLLIN },
            new() { Fd = oom?.Descriptor ?? -1, Events = PollEvents.POLLIN },
        ];
        long left = Math.Clamp(until - Clock.Milliseconds(), 0, entries[0].Fd < 0 ? Patience : int.MaxValue);
        Errno errno = Descriptors.TryPoll(entries, (int)left, out _);
        if (errno.IsError && errno.Value != Errno.EINTR) throw errno.Failure("poll", "");
        return entries[0].Fd < 0 ? ProcessDescriptors.HasEnded(init) : entries[0].Returned != 0;
    }

    private static JsonText Stats(ContainerRecord record, Cgroup? cgroup)
    {
        JsonText json = Begin("stats", record.Id);
        json.Name("data"u8);
        json.BeginObject();
        cgroup?.WriteStats(json);
        json.Name("intel_rdt"u8);
        ResctrlStats.Write(json, record.Resctrl);
        // runc's own network interfaces, which the specification's config does not have.
        json.Name("network_interfaces"u8);
        json.Null();
        json.EndObject();
        return json;
    }

    private static JsonText Oom(string id) => Begin("oom", id);

    private static JsonText Begin(string type, string id)
    {
        JsonText json = JsonText.Compact();
        json.BeginObject();
        json.Member("type"u8, type);
        json.Member("id"u8, id);
        return json;
    }

    private static void Print(JsonText json, int output)
    {
        json.EndObject();
        json.EndLine();
        Files.WriteAll(output, json.Written, "standard output");
    }

    private static RuncsException NotRunning(string id) => new($"container with id {id} is not running");
}
