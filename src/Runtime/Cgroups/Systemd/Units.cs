// SPDX-License-Identifier: Apache-2.0
// Run by the parent. org.freedesktop.systemd1(5)
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Cgroups.Systemd;

/// <summary>Calls to systemd: to start, change and stop a unit.</summary>
internal static class Units
{
    private const string UnitExists = "org.freedesktop.systemd1.UnitExists", NoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit", Done = "done";

    // The mode of a job: it replaces conflicting jobs.
    private static BusValue Replace => BusValue.Of("replace");

    /// <summary>Makes a unit with a process in it.</summary>
    /// <param name="begun">Called as soon as there may be a unit to stop.</param>
    /// <exception cref="RuncsException"/>
    public static void Start(UnitPlan plan, int pid, Action begun)
    {
        using SystemBus bus = SystemBus.Connect();
        List<UnitProperty> properties = Known(bus, plan.Start);
        // A slice takes units only: the process joins by itself.
        if (!plan.IsSlice) properties.Add(new("PIDs", BusValue.Array("u", BusValue.OfNumber('u', (ulong)pid))));
        string job;
        try
        {
            job = Start(bus, plan.Name, ToBus(properties));
        }
        catch (SystemdException e)
        {
            throw new RuncsException($"unable to start unit \"{plan.Name}\": {e.Message}", e);
        }
        catch (RuncsException)
        {
            // No reply: systemd may still create the unit.
            begun();
            throw;
        }
        begun();
        string result = bus.WaitForJob(job);
        if (result != Done) throw new RuncsException($"error creating systemd unit `{plan.Name}`: got `{result}`");
    }

    /// <summary>Changes properties of a unit until the machine is booted again.</summary>
    /// <exception cref="RuncsException"/>
    public static void Set(string unit, IReadOnlyList<UnitProperty> properties)
    {
        if (properties.Count == 0) return;
        using SystemBus bus = SystemBus.Connect();
        List<UnitProperty> known = Known(bus, properties);
        if (known.Count == 0) return;
        try
        {
            bus.Call("SetUnitProperties", BusValue.Of(unit), BusValue.Of(true), ToBus(known));
        }
        catch (SystemdException e)
        {
            throw new RuncsException($"unable to set properties of unit \"{unit}\": {e.Message}", e);
        }
    }

    /// <summary>Moves a process to a delegated unit.</summary>
    /// <param name="cgroup">Below that of the unit, with a leading slash; empty for its own.</param>
    /// <exception cref="RuncsException"/>
    public static void Attach(string unit, string cgroup, int pid)
    {
        using SystemBus bus = SystemBus.Connect();
        try
        {
            bus.Call("AttachProcessesToUnit", BusValue.Of(unit), BusValue.Of(cgroup), BusValue.Array("u", BusValue.OfNumber('u', (ulong)pid)));
        }
        catch (SystemdException e)
        {
            throw new RuncsException($"unable to move the process to unit \"{unit}\": {e.Message}", e);
        }
    }

    /// <summary>
    /// Stops a unit, and waits for it. A unit that does not exist, as when its last process has ended, is not an error; any other
    /// failure is only a warning, since systemd notices that the directories of the unit are gone.
    /// </summary>
    public static void Stop(string unit)
    {
        try
        {
            using SystemBus bus = SystemBus.Connect();
            Stop(bus, unit);
        }
        catch (RuncsException e)
        {
            Log.Warn($"unable to stop unit \"{unit}\": {e.Message}");
        }
    }

    private static void Stop(SystemBus bus, string unit)
    {
        try
        {
            string result = bus.WaitForJob(bus.Call("StopUnit", BusValue.Of(unit), Replace));
            if (result != Done) Log.Warn($"error removing unit `{unit}`: got `{result}`. Continuing...");
        }
        catch (SystemdException e) when (e.Name == NoSuchUnit)
        {
            return;
        }
        catch (SystemdException e)
        {
            Log.Warn($"unable to stop unit \"{unit}\": {e.Message}");
        }
        // A failed unit stays loaded until it is reset.
        TryReset(bus, unit);
    }

    private static string Start(SystemBus bus, string unit, BusValue properties)
    {
        BusValue noOthers = BusValue.Array("(sa(sv))");
        try
        {
            return bus.Call("StartTransientUnit", BusValue.Of(unit), Replace, properties, noOthers);
        }
        catch (SystemdException e) when (e.Name == UnitExists)
        {
            // A unit that has failed stays loaded until it is reset.
            TryReset(bus, unit);
            return bus.Call("StartTransientUnit", BusValue.Of(unit), Replace, properties, noOthers);
        }
    }

    private static void TryReset(SystemBus bus, string unit)
    {
        try
        {
            bus.Call("ResetFailedUnit", BusValue.Of(unit));
        }
        catch (SystemdException)
        {
            // It has not failed, or is gone.
        }
    }

    // The version is read only if it matters. Properties that are left out are still written to the cgroup's files.
    private static List<UnitProperty> Known(SystemBus bus, IReadOnlyList<UnitProperty> properties)
    {
        var known = new List<UnitProperty>(properties.Count + 1);
        int version = -1;
        foreach (UnitProperty property in properties)
        {
            if (property.Since > 0 && version < 0) version = VersionOf(bus.Property("Version"));
            if (property.Since <= version || property.Since == 0) known.Add(property);
            else if (Log.IsDebug) Log.Debug($"systemd {version} is too old for the property {property.Name}");
        }
        return known;
    }

    /// <summary>The first number in <c>252.39-1~deb12u1</c> or <c>v245.4-1.fc32</c>; 0 without one.</summary>
    internal static int VersionOf(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('v');
        int end = 0;
        while (end < digits.Length && char.IsAsciiDigit(digits[end])) end++;
        return int.TryParse(digits[..end], out int version) ? version : 0;
    }

    private static BusValue ToBus(List<UnitProperty> properties) => BusValue.Array("(sv)", [.. properties.ConvertAll(static property => property.ToBus())]);
}
