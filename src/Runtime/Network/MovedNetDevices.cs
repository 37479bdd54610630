// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's network namespace, and by a child of it, while init waits in the container's: init may
// lack privileges over the host's (user_namespaces(7)).
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Network;

/// <summary>
/// Moves network devices into the container's network namespace with their addresses, under another name if requested,
/// and brings them up. They are moved back only if create fails. At the container's end the kernel moves the physical
/// ones back and removes the others (config-linux.md, "Network Devices").
/// </summary>
public sealed class MovedNetDevices : IDisposable
{
    private const string NamespaceFile = "/proc/self/ns/net";

    // The child's possible failures, indexed by the step of its answer.
    private static readonly string[] Steps = ["setns", "openat", "socket"];

    private readonly Fd _ownNamespace, _innerNamespace;
    private readonly NetlinkSocket _outer, _inner, _events;
    private readonly List<Moved> _moved = [];

    private MovedNetDevices(Fd ownNamespace, Fd innerNamespace, NetlinkSocket outer, NetlinkSocket inner, NetlinkSocket events) =>
        (_ownNamespace, _innerNamespace, _outer, _inner, _events) = (ownNamespace, innerNamespace, outer, inner, events);

    private sealed record Moved(NetDevicePlan Plan, NetworkLink Link, List<NetworkAddress> Addresses, int InnerIndex);

    /// <param name="init">A pidfd of a process in the container's network namespace.</param>
    /// <exception cref="RuncsException"/>
    public static MovedNetDevices Open(Fd init)
    {
        Fd? own = null, innerNamespace = null, innerSocket = null;
        NetlinkSocket? outer = null;
        try
        {
            own = Files.Open(NamespaceFile, OpenFlags.O_RDONLY);
            outer = NetlinkSocket.Open();
            using (ChildProcess child = ChildProcess.Start(socket => SendInner(init, socket), [init.Value]))
            {
                innerNamespace = ReceiveInner(child);
                innerSocket = ReceiveInner(child);
            }
            return new MovedNetDevices(own, innerNamespace, outer, NetlinkSocket.Of(innerSocket), NetlinkSocket.Open(NetlinkSocket.RTMGRP_LINK));
        }
        catch
        {
            own?.Dispose();
            outer?.Dispose();
            innerNamespace?.Dispose();
            innerSocket?.Dispose();
            throw;
        }
    }

    // The child enters the container's network namespace, and sends the namespace and a socket in it. This process does
    // not enter it, so that its other actions, such as a rollback, cannot affect the container's network.
    private static void SendInner(Fd init, Fd socket)
    {
        // setns(2) by a pidfd: Linux 5.8.
        Errno errno = Processes.TrySetns(init.Value, CloneFlags.CLONE_NEWNET);
        int step = 0;
        if (!errno.IsError)
        {
            step = 1;
            errno = Files.TryOpenAt(Files.AT_FDCWD, NamespaceFile, OpenFlags.O_RDONLY, 0, out Fd? inner);
            if (!errno.IsError) errno = ChildProcess.Answer(socket, inner!);
        }
        if (!errno.IsError)
        {
            step = 2;
            errno = NetlinkSocket.TryOpen(out Fd? inner);
            if (!errno.IsError) errno = ChildProcess.Answer(socket, inner!);
        }
        if (errno.IsError) ChildProcess.Answer(socket, step, errno);
    }

    private static Fd ReceiveInner(ChildProcess child)
    {
        Errno errno = child.Receive(out int step, out Fd? received);
        return received ?? throw errno.Failure(Steps[step], "the container's network namespace");
    }

    /// <exception cref="RuncsException"/>
    public void ApplyMoves(NetDevicePlan[] plans)
    {
        foreach (NetDevicePlan plan in plans) Move(plan);
    }

    /// <summary>Moves all of them back and restores their state.</summary>
    /// <exception cref="RuncsException">One of them failed; the others are back.</exception>
    public void Undo()
    {
        RuncsException? failure = null;
        for (int i = _moved.Count - 1; i >= 0; i--)
        {
            try
            {
                MoveBack(_moved[i]);
            }
            catch (RuncsException e)
            {
                failure = e;
            }
        }
        _moved.Clear();
        if (failure != null) throw failure;
    }

    public void Dispose()
    {
        _outer.Dispose();
        _inner.Dispose();
        _events.Dispose();
        _innerNamespace.Dispose();
        _ownNamespace.Dispose();
    }

    private void Move(NetDevicePlan plan)
    {
        Errno errno = NetworkLinks.TryFind(_outer, plan.Name, out NetworkLink? link);
        if (errno.Value == Errno.ENODEV) throw RuncsException.At(plan.JsonPath, $"no network device \"{plan.Name}\" in the network namespace of runcs");
        Check(plan, "RTM_GETLINK", plan.Name, errno);
        string name = plan.InnerName.Length == 0 ? link!.Name : plan.InnerName;
        errno = NetworkLinks.TryFind(_inner, name, out _);
        // config-linux.md, "Network Devices": MUST be an error. (A template is not a device name.)
        if (!errno.IsError) throw RuncsException.At(plan.JsonPath, $"the container's network namespace has a network device \"{name}\" already");
        // Before the move, which removes them.
        Check(plan, "RTM_GETADDR", plan.Name, PermanentAddresses(link!, out List<NetworkAddress> addresses));

        errno = NetworkLinks.TryMove(_outer, link!.Index, _innerNamespace.Value, name);
        int index = NetworkLinks.ReadNewIndex(_events, link.Index);
        // The kernel moves first and then renames: the device may have moved although the request failed.
        if (index != 0) _moved.Add(new Moved(plan, link, addresses, index));
        if (errno.Value == Errno.EINVAL) throw RuncsException.At(plan.JsonPath, $"the kernel cannot move a network device of this kind: {errno}", errno);
        Check(plan, "RTM_NEWLINK", plan.Name, errno);
        if (index == 0) throw RuncsException.At(plan.JsonPath, "the kernel did not report the index of the moved network device");

        foreach (NetworkAddress address in addresses)
            if (address.Scope == NetworkAddress.Universe)
                Check(plan, "RTM_NEWADDR", name, address.TryAdd(_inner, index, keepLabel: name == link.Name));
        Check(plan, "IFF_UP", name, NetworkLinks.TryUp(_inner, index));
    }

    // Addresses set by a user. Those with a scope beyond the host move with the device, as the spec requires; a rollback
    // restores all.
    private Errno PermanentAddresses(NetworkLink link, out List<NetworkAddress> addresses)
    {
        Errno errno = NetworkAddress.TryList(_outer, link.Index, out addresses);
        addresses.RemoveAll(static address => (address.Flags & NetworkAddress.Permanent) == 0);
        return errno;
    }

    private void MoveBack(Moved moved)
    {
        string name = moved.Link.Name;
        Check(moved.Plan, "RTM_NEWLINK", name, NetworkLinks.TryMove(_inner, moved.InnerIndex, _ownNamespace.Value, name));
        Check(moved.Plan, "RTM_GETLINK", name, NetworkLinks.TryFind(_outer, name, out NetworkLink? link));
        foreach (NetworkAddress address in moved.Addresses) Check(moved.Plan, "RTM_NEWADDR", name, address.TryAdd(_outer, link!.Index, keepLabel: true));
        if (moved.Link.IsUp) Check(moved.Plan, "IFF_UP", name, NetworkLinks.TryUp(_outer, link!.Index));
    }

    private static void Check(NetDevicePlan plan, string request, string name, Errno errno)
    {
        if (errno.IsError) throw RuncsException.At(plan.JsonPath, $"rtnetlink(7), {request} on \"{name}\": {errno}", errno);
    }
}
