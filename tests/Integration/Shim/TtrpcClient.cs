// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net.Sockets;
using Google.Protobuf;
using Runcs.Oracle.Ttrpc;

namespace Runcs.Integration;

/// <summary>A connection to a shim. Calls may wait beside each other.</summary>
internal sealed class TtrpcClient : IDisposable
{
    public const string Version2 = "containerd.task.v2.Task", Version3 = "containerd.task.v3.Task";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly NetworkStream _stream;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<Response>> _answers = new();
    private readonly Lock _sending = new();
    private uint _last = uint.MaxValue;
    private volatile bool _ended;

    public TtrpcClient(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _stream = new NetworkStream(_socket);
        new Thread(Read) { IsBackground = true }.Start();
    }

    public string Service { get; init; } = Version2;

    /// <summary>The shim has closed the connection.</summary>
    public bool HasEnded => _ended;

    /// <exception cref="TtrpcError"/>
    public T Call<T>(string method, IMessage request) where T : IMessage<T>, new()
    {
        Task<T> call = Begin<T>(method, request);
        return Wait(call, method);
    }

    public static T Wait<T>(Task<T> call, string what = "call")
    {
        Task first = Task.WhenAny(call, Task.Delay(Patience.Seconds(60))).GetAwaiter().GetResult();
        return first == call ? call.GetAwaiter().GetResult() : throw new TimeoutException($"no answer to {what}");
    }

    /// <summary>Makes a call and does not wait for it.</summary>
    public async Task<T> Begin<T>(string method, IMessage request) where T : IMessage<T>, new()
    {
        Response response = await Begin(Service, method, request.ToByteArray()).ConfigureAwait(false);
        return Parsed<T>(response);
    }

    public Task<Response> Begin(string service, string method, byte[] payload)
    {
        var request = new Request { Service = service, Method = method, Payload = ByteString.CopyFrom(payload) };
        lock (_sending)
        {
            uint stream = _last = unchecked(_last + 2);
            Task<Response> answer = AnswerOf(stream);
            Send(new TtrpcFrame(stream, TtrpcFrame.Request, 1, request.ToByteArray()).ToBytes());
            return answer;
        }
    }

    /// <summary>The next answer on a stream, however the request was sent.</summary>
    public Task<Response> AnswerOf(uint stream)
    {
        TaskCompletionSource<Response> source = _answers.GetOrAdd(stream, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_ended) source.TrySetException(new IOException("the shim has closed the connection"));
        return source.Task;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_sending) _stream.Write(bytes);
    }

    public void Dispose() => _socket.Dispose();

    private static T Parsed<T>(Response response) where T : IMessage<T>, new()
    {
        if (response.Status is { Code: not 0 } status) throw new TtrpcError(status.Code, status.Message);
        var message = new T();
        message.MergeFrom(response.Payload);
        return message;
    }

    private void Read()
    {
        while (TtrpcFrame.Read(_stream) is { } frame)
        {
            if (frame.Type == TtrpcFrame.Response && _answers.TryRemove(frame.Stream, out TaskCompletionSource<Response>? source)) source.TrySetResult(Response.Parser.ParseFrom(frame.Data));
        }
        _ended = true;
        foreach (TaskCompletionSource<Response> source in _answers.Values) source.TrySetException(new IOException("the shim has closed the connection"));
    }
}
