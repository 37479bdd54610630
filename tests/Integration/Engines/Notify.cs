// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;

namespace Runcs.Integration;

/// <summary>The service manager's side of sd_notify(3): a socket that collects the messages.</summary>
internal sealed class Notify : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public Notify(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
    }

    public string Path { get; }

    public List<string> Messages { get; } = [];

    /// <summary>A program for containers that sends its argument there: compiled by each run of the tests.</summary>
    public static string Program()
    {
        string program = System.IO.Path.Combine(AppContext.BaseDirectory, "notify");
        Command.Run("clang", "-O1", "-Wall", "-Werror", "-static", "-o", program, System.IO.Path.Combine(Repository.Root, "tests/Integration/Harness/Probes/notify.c")).Ok();
        return program;
    }

    /// <summary>Waits for a message with the text.</summary>
    public void WaitFor(string text) => Eventually.True(() =>
    {
        byte[] buffer = new byte[4096];
        while (_socket.Poll(0, SelectMode.SelectRead))
            Messages.Add(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)));
        return Messages.Any(message => message.Contains(text, StringComparison.Ordinal));
    }, () => $"{text} comes; came: {string.Join(" | ", Messages)}");

    public void Dispose() => _socket.Dispose();
}
