// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Tmds.DBus.Protocol;

namespace Runcs.Conformance.Cgroups.Systemd;

/// <summary>
/// A connection of Tmds.DBus.Protocol whose other end is the test: it returns the bytes that the library writes, and
/// passes bytes to the library as if a bus had sent them. D-Bus Specification, "Authentication Protocol" and "Message
/// Format".
/// </summary>
internal sealed class DBusPeer : IPathMethodHandler, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("runcs-dbus-").FullName;
    private readonly Socket _bus;
    private readonly DBusConnection _connection;
    private Func<MethodContext, MessageBuffer> _answer = static _ => throw new InvalidOperationException();

    public DBusPeer()
    {
        string path = System.IO.Path.Combine(_directory, "bus");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        _connection = new($"unix:path={path}");
        Task connecting = _connection.ConnectAsync().AsTask();
        _bus = listener.Accept();
        _bus.ReceiveTimeout = 10_000;
        Authenticate();
        byte[] hello = Receive();
        Send(Reply(hello, ":1.1"));
        connecting.GetAwaiter().GetResult();
        _connection.AddMethodHandler(this);
    }

    public delegate MessageBuffer Writing(MessageWriter writer);

    public string Path => "/org/freedesktop/systemd1";

    public bool HandlesChildPaths => false;

    /// <summary>The bytes of a message that the library writes.</summary>
    public byte[] Written(Writing write)
    {
        if (!_connection.TrySendMessage(write(_connection.GetMessageWriter()))) throw new InvalidOperationException("not sent");
        return Receive();
    }

    /// <summary>Passes a call to the library and returns the bytes of its reply.</summary>
    public byte[] Answered(ReadOnlySpan<byte> call, Func<MethodContext, MessageBuffer> answer)
    {
        _answer = answer;
        Send(call);
        return Receive();
    }

    public ValueTask HandleMethodAsync(MethodContext context)
    {
        context.Reply(_answer(context));
        return default;
    }

    public void Dispose()
    {
        _connection.Dispose();
        _bus.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Authenticate()
    {
        while (true)
        {
            string line = Line();
            if (line.StartsWith("BEGIN", StringComparison.Ordinal)) return;
            Send(line.StartsWith("NEGOTIATE_UNIX_FD", StringComparison.Ordinal) ? "ERROR\r\n"u8 : "OK 00000000000000000000000000000001\r\n"u8);
        }
    }

    private string Line()
    {
        StringBuilder line = new();
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal)) line.Append((char)Take(1)[0]);
        return line.ToString().TrimStart('\0');
    }

    private byte[] Receive()
    {
        byte[] start = Take(16);
        int fields = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(12)), body = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(4));
        return [.. start, .. Take((fields + 7 & ~7) + body)];
    }

    private byte[] Take(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int read = _bus.Receive(bytes, at, count - at, SocketFlags.None);
            if (read == 0) throw new EndOfStreamException();
            at += read;
        }
        return bytes;
    }

    private void Send(ReadOnlySpan<byte> bytes) => _bus.Send(bytes);

    // The bus's reply to Hello: REPLY_SERIAL, SIGNATURE, and the name of the connection.
    private static byte[] Reply(byte[] call, string name) =>
    [
        (byte)'l', 2, 1, 1, (byte)(4 + name.Length + 1), 0, 0, 0, 1, 0, 0, 0, 15, 0, 0, 0,
        5, 1, (byte)'u', 0, .. call.AsSpan(8, 4), 8, 1, (byte)'g', 0, 1, (byte)'s', 0, 0,
        (byte)name.Length, 0, 0, 0, .. Encoding.ASCII.GetBytes(name), 0,
    ];
}
