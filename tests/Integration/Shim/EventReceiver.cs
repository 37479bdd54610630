// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Google.Protobuf;
using Runcs.Oracle.Events;
using Runcs.Oracle.Ttrpc;

namespace Runcs.Integration;

/// <summary>containerd's socket for events, as far as a shim sees it: notes what it is sent, and can go away.</summary>
internal sealed class EventReceiver : IDisposable
{
    private readonly List<Envelope> _envelopes = [];
    private readonly List<Socket> _connections = [];
    private Socket? _listening;

    /// <param name="path">Of the socket.</param>
    public EventReceiver(string path)
    {
        Path = path;
        Listen();
    }

    public string Path { get; }

    /// <summary>What is done with an event: by default it is noted and answered.</summary>
    public Func<Envelope, Reaction> React { get; set; } = _ => Reaction.Take;

    public enum Reaction
    {
        /// <summary>Notes and answers it.</summary>
        Take,

        /// <summary>Answers with an error.</summary>
        Refuse,

        /// <summary>Closes the connection without an answer.</summary>
        Leave,
    }

    /// <summary>All events in the order of their arrival.</summary>
    public IReadOnlyList<Envelope> All
    {
        get
        {
            lock (_envelopes) return [.. _envelopes];
        }
    }

    /// <summary>The events of one container, each in a few words: <c>create</c>, <c>exit ID CODE</c>.</summary>
    public string[] Of(string container) => [.. All.Select(envelope => Words(envelope, container)).OfType<string>()];

    /// <summary>Waits for exactly these events of the container.</summary>
    public void Expect(string container, params string[] events)
    {
        Eventually.True(() => Of(container).Length >= events.Length, () => $"events of {container}: {string.Join(", ", Of(container))}; expected: {string.Join(", ", events)}", Patience.Seconds(30));
        Assert.Equal(events, Of(container));
    }

    /// <summary>The container's events up to this one, which is waited for.</summary>
    public string[] UpTo(string container, string last)
    {
        Eventually.True(() => Of(container).Contains(last), () => $"events of {container}: {string.Join(", ", Of(container))}; expected: {last}", Patience.Seconds(30));
        return Of(container);
    }

    public void Listen()
    {
        File.Delete(Path);
        _listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listening.Bind(new UnixDomainSocketEndPoint(Path));
        _listening.Listen(64);
        Socket listening = _listening;
        new Thread(() => Accept(listening)) { IsBackground = true }.Start();
    }

    /// <summary>As if containerd were killed.</summary>
    public void GoAway()
    {
        File.Delete(Path);
        _listening?.Dispose();
        lock (_connections)
        {
            foreach (Socket connection in _connections) connection.Dispose();
            _connections.Clear();
        }
    }

    public void Dispose() => GoAway();

    private void Accept(Socket listening)
    {
        try
        {
            while (true)
            {
                Socket connection = listening.Accept();
                lock (_connections) _connections.Add(connection);
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private void Serve(Socket connection)
    {
        try
        {
            using var stream = new NetworkStream(connection);
            while (TtrpcFrame.Read(stream) is { Type: TtrpcFrame.Request } frame)
            {
                Request request = Request.Parser.ParseFrom(frame.Data);
                Assert.Equal(("containerd.services.events.ttrpc.v1.Events", "Forward"), (request.Service, request.Method));
                Envelope envelope = ForwardRequest.Parser.ParseFrom(request.Payload).Envelope;
                Reaction reaction = React(envelope);
                if (reaction == Reaction.Leave) break;
                if (reaction == Reaction.Take)
                {
                    lock (_envelopes) _envelopes.Add(envelope);
                }
                var response = new Response();
                if (reaction == Reaction.Refuse) response.Status = new Oracle.Ttrpc.Status { Code = 14, Message = "not now" };
                stream.Write(new TtrpcFrame(frame.Stream, TtrpcFrame.Response, 0, response.ToByteArray()).ToBytes());
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
        }
        connection.Dispose();
    }

    private static string? Words(Envelope envelope, string container)
    {
        ByteString value = envelope.Event.Value;
        (string id, string words) = envelope.Event.TypeUrl switch
        {
            "containerd.events.TaskCreate" => (TaskCreate.Parser.ParseFrom(value).ContainerId, "create"),
            "containerd.events.TaskStart" => (TaskStart.Parser.ParseFrom(value).ContainerId, "start"),
            "containerd.events.TaskOOM" => (TaskOOM.Parser.ParseFrom(value).ContainerId, "oom"),
            "containerd.events.TaskExit" => Exit(TaskExit.Parser.ParseFrom(value)),
            "containerd.events.TaskDelete" => Delete(TaskDelete.Parser.ParseFrom(value)),
            "containerd.events.TaskExecAdded" => Added(TaskExecAdded.Parser.ParseFrom(value)),
            "containerd.events.TaskExecStarted" => Started(TaskExecStarted.Parser.ParseFrom(value)),
            "containerd.events.TaskPaused" => (TaskPaused.Parser.ParseFrom(value).ContainerId, "paused"),
            "containerd.events.TaskResumed" => (TaskResumed.Parser.ParseFrom(value).ContainerId, "resumed"),
            _ => throw new InvalidOperationException(envelope.Event.TypeUrl),
        };
        Assert.StartsWith($"/tasks/{words.Split(' ')[0]}", envelope.Topic, StringComparison.Ordinal);
        Assert.True(envelope.Timestamp.Seconds > 0 && envelope.Namespace.Length > 0);
        return id == container ? words : null;
    }

    private static (string, string) Exit(TaskExit exit) => (exit.ContainerId, exit.Id == exit.ContainerId ? $"exit {exit.ExitStatus}" : $"exit {exit.Id} {exit.ExitStatus}");

    private static (string, string) Delete(TaskDelete delete) => (delete.ContainerId, $"delete {delete.ExitStatus}");

    private static (string, string) Added(TaskExecAdded added) => (added.ContainerId, $"exec-added {added.ExecId}");

    private static (string, string) Started(TaskExecStarted started) => (started.ContainerId, $"exec-started {started.ExecId}");
}
