// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Runcs.Oracle.Task;
using Runcs.Oracle.Ttrpc;

namespace Runcs.Integration;

/// <summary>What a shim answers to frames and requests that containerd does not send.</summary>
public sealed class ShimProtocolTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();
    private readonly ShimTask _task;

    public ShimProtocolTests() => _task = _shim.Add("exec sleep 1000").Up();

    [Fact]
    public void Unknown_methods_and_services_are_unimplemented()
    {
        Assert.Equal(TtrpcError.Unimplemented, Code(_shim.Client.Begin(TtrpcClient.Version2, "Nonsense", [])));
        Assert.Equal(TtrpcError.Unimplemented, Code(_shim.Client.Begin("containerd.task.v4.Task", "State", [])));
        Assert.Equal(TtrpcError.Unimplemented, Code(_shim.Client.Begin("containerd.runtime.sandbox.v1.Sandbox", "CreateSandbox", [])));
        Assert.Equal(TtrpcError.Unimplemented, Code(_shim.Client.Begin("", "", [])));
    }

    [Fact]
    public void A_malformed_payload_or_request_is_an_invalid_argument()
    {
        foreach (string method in (string[])["Create", "Start", "Exec", "Delete", "Kill", "Pause", "Resume", "Update", "ResizePty", "CloseIO", "State", "Wait", "Pids", "Stats", "Connect", "Shutdown"])
            Assert.Equal(TtrpcError.InvalidArgument, Code(_shim.Client.Begin(TtrpcClient.Version2, method, [0x0a, 0xff])));
        Assert.Equal(TtrpcError.InvalidArgument, Code(Send(9001, TtrpcFrame.Request, 0, [0x0a, 0xff])));
    }

    [Fact]
    public void A_stream_id_is_odd_and_new()
    {
        byte[] request = Request();
        Assert.Equal(0, Code(Send(101, TtrpcFrame.Request, 1, request)));
        foreach (uint stream in (uint[])[101, 99, 1, 102, 0]) Assert.Equal(TtrpcError.InvalidArgument, Code(Send(stream, TtrpcFrame.Request, 1, request)));
        Assert.Equal(0, Code(Send(103, TtrpcFrame.Request, 1, request)));
        Assert.Equal(0, Code(Send(uint.MaxValue, TtrpcFrame.Request, 1, request)));
    }

    [Fact]
    public void Data_frames_and_open_streams_are_refused_and_unknown_types_ignored()
    {
        Assert.Equal(TtrpcError.InvalidArgument, Code(Send(5, TtrpcFrame.OfData, 0, [1, 2, 3])));
        Assert.Equal(TtrpcError.Unimplemented, Code(Send(201, TtrpcFrame.Request, 2, Request())));
        Task<Response> nothing = Send(203, 77, 0, [1]);
        Task<Response> response = Send(205, TtrpcFrame.Response, 0, [1]);
        Assert.Equal(0, Code(Send(207, TtrpcFrame.Request, 1, Request())));
        Assert.False(nothing.IsCompleted || response.IsCompleted);
    }

    [Theory]
    [InlineData((4 << 20) + 1)]
    [InlineData(9 << 20)]
    public void An_oversized_frame_is_skipped(int length)
    {
        byte[] padding = new byte[length];
        Assert.Equal(TtrpcError.ResourceExhausted, Code(Send(301, TtrpcFrame.Request, 1, padding)));
        Assert.Equal(0, Code(Send(303, TtrpcFrame.Request, 1, Request())));
    }

    [Fact]
    public void The_largest_frame_is_taken_in_parts_of_any_size()
    {
        byte[] request = new Request { Service = TtrpcClient.Version2, Method = "Connect", Payload = new ConnectRequest().ToByteString(), Metadata = { new KeyValue { Key = "k", Value = new string('v', 4_000_000) } } }.ToByteArray();
        Assert.Equal(0, Code(Send(1001, TtrpcFrame.Request, 1, request)));
        using TtrpcClient slow = _shim.AnotherClient();
        Task<Response> answer = slow.AnswerOf(1);
        foreach (byte one in new TtrpcFrame(1, TtrpcFrame.Request, 1, Request()).ToBytes()) slow.Send([one]);
        Assert.Equal(0, Code(answer));
        Task<Response>[] answers = [slow.AnswerOf(3), slow.AnswerOf(5), slow.AnswerOf(7)];
        slow.Send([.. new TtrpcFrame(3, TtrpcFrame.Request, 1, Request()).ToBytes(), .. new TtrpcFrame(5, TtrpcFrame.Request, 1, Request()).ToBytes(), .. new TtrpcFrame(7, TtrpcFrame.Request, 1, Request()).ToBytes()]);
        foreach (Task<Response> one in answers) Assert.Equal(0, Code(one));
    }

    [Fact]
    public void A_client_that_ends_in_the_middle_of_a_frame_or_reads_nothing_harms_nobody()
    {
        int shim = _shim.Pid, descriptors = Directory.GetFileSystemEntries($"/proc/{shim}/fd").Length;
        for (int i = 0; i < 50; i++)
        {
            using TtrpcClient client = _shim.AnotherClient();
            client.Send(new TtrpcFrame(1, TtrpcFrame.Request, 1, Request()).ToBytes(length: 1000));
        }
        using (TtrpcClient waiting = _shim.AnotherClient()) _ = waiting.Begin<WaitResponse>("Wait", new WaitRequest { Id = _task.Id });
        using (var deaf = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            deaf.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(File.ReadAllText(_task.Path("address"))["unix://".Length..]));
            deaf.SendTimeout = 500;
            byte[] requests = [.. Enumerable.Range(0, 500).SelectMany(i => new TtrpcFrame((uint)(i * 2 + 1), TtrpcFrame.Request, 1, Request()).ToBytes())];
            deaf.Send(requests);
            Assert.Equal(Oracle.Task.Status.Running, _task.State().Status);
        }
        Eventually.True(() => Directory.GetFileSystemEntries($"/proc/{shim}/fd").Length == descriptors, () => $"{Directory.GetFileSystemEntries($"/proc/{shim}/fd").Length} descriptors, not {descriptors}");
        _task.End();
    }

    // The shim's working directory is the root: what a client names relative to its own would be made there.
    [Theory]
    [InlineData("")]
    [InlineData("shim-relative-bundle")]
    [InlineData("shim-relative-bundle\0")]
    public void A_bundle_is_an_absolute_path(string bundle)
    {
        ShimTask task = _shim.Bundle("true");
        string[] before = Directory.GetFileSystemEntries("/");
        TtrpcError error = Assert.Throws<TtrpcError>(() => task.Create(request => request.Bundle = bundle));
        Assert.Equal(TtrpcError.InvalidArgument, error.Code);
        Assert.Equal(before, Directory.GetFileSystemEntries("/"));
    }

    [Theory]
    [InlineData("shim-relative-fifo")]
    [InlineData("file://shim-relative-file")]
    [InlineData("file:///tmp/shim-%00relative")]
    public void A_stream_is_an_absolute_path(string stream)
    {
        ShimTask task = _shim.Bundle("true");
        TtrpcError error = Assert.Throws<TtrpcError>(() => task.Create(request => request.Stdout = stream));
        Assert.Contains("the path of a stream must be absolute, without NUL", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/shim-"));
    }

    public void Dispose() => _shim.Dispose();

    private byte[] Request() => new Request { Service = TtrpcClient.Version2, Method = "State", Payload = new StateRequest { Id = _task.Id }.ToByteString() }.ToByteArray();

    private Task<Response> Send(uint stream, byte type, byte flags, byte[] data)
    {
        Task<Response> answer = _shim.Client.AnswerOf(stream);
        _shim.Client.Send(new TtrpcFrame(stream, type, flags, data).ToBytes());
        return answer;
    }

    private static int Code(Task<Response> answer) => TtrpcClient.Wait(answer).Status?.Code ?? 0;
}
