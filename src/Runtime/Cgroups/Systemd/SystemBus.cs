// SPDX-License-Identifier: Apache-2.0
// D-Bus Specification, "Authentication Protocol"; org.freedesktop.systemd1(5)
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups.Systemd;

/// <summary>
/// A connection to the systemd that makes the caller's units: its private socket, which needs no message broker, or without
/// that the bus.
/// </summary>
internal sealed class SystemBus : IDisposable
{
    private const string Destination = "org.freedesktop.systemd1", ManagerPath = "/org/freedesktop/systemd1", Manager = "org.freedesktop.systemd1.Manager";
    private const string BusName = "org.freedesktop.DBus", BusPath = "/org/freedesktop/DBus";

    // runc's timeout.
    private const int PatienceSeconds = 30;

    private readonly Fd _socket;
    private readonly bool _isUsers;
    private readonly List<(string Job, string Result)> _endedJobs = [];
    private byte[] _received = new byte[4096];
    private int _count, _taken;
    private uint _serial;

    private SystemBus(Fd socket, bool isUsers) => (_socket, _isUsers) = (socket, isUsers);

    /// <exception cref="RuncsException">There is no systemd, or it does not answer.</exception>
    public static SystemBus Connect()
    {
        ManagerSockets sockets = ManagerSockets.OfCaller();
        Errno errno = TryConnect(sockets.Private, out Fd? socket);
        bool isBroker = errno.IsError;
        if (isBroker && TryConnect(sockets.Broker, out socket).IsError) throw Unreachable(sockets, errno);
        var bus = new SystemBus(socket!, sockets.IsUsers);
        try
        {
            bus.Authenticate();
            if (isBroker) bus.Introduce();
            return bus;
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    private static Errno TryConnect(string path, out Fd? socket)
    {
        socket = null;
        return path.Length == 0 ? new Errno(Errno.ENOENT) : UnixSockets.TryConnect(path, out socket);
    }

    private static RuncsException Unreachable(ManagerSockets sockets, Errno errno)
    {
        string whose = sockets.IsUsers ? "the user's systemd" : "systemd";
        string also = sockets.Broker.Length == 0 ? "" : $", or to {sockets.Broker.Replace('\0', '@')}";
        string why = sockets.Private.Length == 0 ? "" : $": {errno.Describe("connect", sockets.Private)}";
        return new RuncsException($"unable to connect to {whose}{also}{why}") { Errno = errno }.WithHint(sockets.Remedy);
    }

    /// <summary>Calls a method of the manager. Returns the reply's first value if that is a string or a path.</summary>
    /// <exception cref="SystemdException">systemd refuses it.</exception>
    /// <exception cref="RuncsException"/>
    public string Call(string method, params ReadOnlySpan<BusValue> arguments) => Send(Destination, ManagerPath, Manager, method, arguments);

    /// <summary>Reads a property of the manager of type string.</summary>
    /// <inheritdoc cref="Call(string, ReadOnlySpan{BusValue})"/>
    public string Property(string name) =>
        Send(Destination, ManagerPath, "org.freedesktop.DBus.Properties", "Get", [BusValue.Of(Manager), BusValue.Of(name)]);

    /// <summary>Waits until a job of systemd has ended; returns its result, <c>done</c> for success.</summary>
    /// <exception cref="RuncsException">Not in time.</exception>
    public string WaitForJob(string job)
    {
        long deadline = Clock.Milliseconds() + PatienceSeconds * 1000;
        while (true)
        {
            foreach ((string ended, string result) in _endedJobs)
                if (ended == job) return result;
            Take(Receive(deadline));
        }
    }

    public void Dispose() => _socket.Dispose();

    private string Send(string destination, string path, string @interface, string method, ReadOnlySpan<BusValue> arguments)
    {
        long deadline = Clock.Milliseconds() + PatienceSeconds * 1000;
        uint serial = ++_serial;
        Send(BusWriter.Call(serial, destination, path, @interface, method, arguments));
        while (true)
        {
            BusMessage message = Take(Receive(deadline));
            if (message.ReplySerial != serial) continue;
            string text = message.Signature is ['v', ..] && message.ReadSignature() == "s" || message.Signature is ['s' or 'o', ..] ? message.ReadString() : "";
            return message.Type == BusMessageType.Error ? throw new SystemdException(message.ErrorName, text) : text;
        }
    }

    // The signal that a job has ended may come before the reply that names the job.
    private BusMessage Take(ReadOnlySpan<byte> bytes)
    {
        var message = new BusMessage(bytes);
        if (message is { Type: BusMessageType.Signal, Member: "JobRemoved", Signature: "uoss" })
        {
            message.ReadNumber('u');
            string job = message.ReadString();
            message.ReadString();
            _endedJobs.Add((job, message.ReadString()));
        }
        return message;
    }

    // All lines at once, as systemd's own clients do; any other reply is an error. Without an id after EXTERNAL the other end
    // asks for data, and takes for no data the id that the kernel gives it (unix(7), SO_PEERCRED): in a user namespace
    // nobody but the kernel knows the id that it sees.
    private void Authenticate()
    {
        string id = _isUsers ? "\r\nDATA" : " " + Convert.ToHexString(Encoding.ASCII.GetBytes(Processes.EffectiveUid().ToString()));
        Send(Encoding.ASCII.GetBytes($"\0AUTH EXTERNAL{id}\r\nBEGIN\r\n"));
        long deadline = Clock.Milliseconds() + PatienceSeconds * 1000;
        string answer = ReceiveLine(deadline);
        if (_isUsers && answer == "DATA") answer = ReceiveLine(deadline);
        if (!answer.StartsWith("OK ", StringComparison.Ordinal)) throw new RuncsException($"systemd does not accept this process as {(_isUsers ? "its user" : "root")}: {answer}");
    }

    private string ReceiveLine(long deadline)
    {
        int end;
        while ((end = _received.AsSpan(0, _count).IndexOf("\r\n"u8)) < 0) ReceiveMore(deadline);
        string line = Encoding.UTF8.GetString(_received, 0, end);
        Drop(end + 2);
        return line;
    }

    // A broker requires Hello first; Subscribe makes systemd send its signals to the bus.
    private void Introduce()
    {
        Send(BusName, BusPath, BusName, "Hello", []);
        Send(BusName, BusPath, BusName, "AddMatch", [BusValue.Of($"type='signal',interface='{Manager}',member='JobRemoved',path='{ManagerPath}'")]);
        Call("Subscribe");
    }

    private void Send(ReadOnlySpan<byte> bytes) => Files.WriteAll(_socket.Value, bytes, "systemd's socket");

    // Valid until the next one.
    private ReadOnlySpan<byte> Receive(long deadline)
    {
        Drop(_taken);
        int length;
        while (_count < BusMessage.FixedSize || _count < (length = BusMessage.LengthOf(_received))) ReceiveMore(deadline);
        _taken = length;
        return _received.AsSpan(0, length);
    }

    private void Drop(int count)
    {
        _received.AsSpan(count, _count - count).CopyTo(_received);
        _count -= count;
        _taken = 0;
    }

    private void ReceiveMore(long deadline)
    {
        if (_count == _received.Length) Array.Resize(ref _received, _received.Length * 2);
        Descriptors.PollFd entry = new() { Fd = _socket.Value, Events = PollEvents.POLLIN };
        long left = deadline - Clock.Milliseconds();
        Errno errno = left <= 0 ? Errno.None : Descriptors.TryPoll(new(ref entry), (int)left, out _);
        if (errno.Value == Errno.EINTR) return;
        if (left <= 0) throw new RuncsException($"systemd did not answer within {PatienceSeconds} seconds");
        if (entry.Returned == 0) return;
        errno = Files.TryRead(_socket.Value, _received.AsSpan(_count), out int count);
        errno.OrThrow("read", "systemd's socket");
        if (count == 0) throw new RuncsException("systemd has closed the connection");
        _count += count;
    }
}
