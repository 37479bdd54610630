// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;
using Runcs.Shim.Messages;

namespace Runcs.Shim.Ttrpc;

/// <summary>A request of a client, which is answered once, at any time. A client that has gone gets no answer.</summary>
internal sealed class TtrpcCall(FrameStream stream, uint number, Request request)
{
    private bool _isAnswered;

    /// <summary>The client has gone.</summary>
    public bool IsAbandoned => !stream.IsOpen;

    public string Service => request.Service;

    public string Method => request.Method;

    public byte[] Payload => request.Payload;

    public void Reply(IProtoMessage message) => Answer(new Response { Payload = message.ToBytes() });

    /// <param name="code">Callers decide by it.</param>
    /// <param name="message">For people.</param>
    public void Fail(StatusCode code, string message) => Answer(new Response { Status = new Status { Code = code, Message = message } });

    private void Answer(Response response)
    {
        if (_isAnswered) return;
        _isAnswered = true;
        stream.Send(number, FrameType.Response, 0, response.ToBytes());
    }
}
