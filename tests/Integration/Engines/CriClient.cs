// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;

namespace Runcs.Integration;

/// <summary>
/// The kubelet's part towards an engine, as far as the tests need it: unary calls of the Container Runtime Interface over
/// a Unix socket. gRPC is HTTP/2 with five bytes before each message and the status after it (PROTOCOL-HTTP2 of gRPC).
/// </summary>
public sealed class CriClient : IDisposable
{
    private const int Prefix = 5;
    private readonly HttpClient _http;

    public CriClient(string socket)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation).ConfigureAwait(false);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        _http = new(handler) { Timeout = Patience.Seconds(60) };
    }

    /// <summary>Calls the method of RuntimeService with the request's name.</summary>
    public TResponse Call<TResponse>(IMessage request) where TResponse : IMessage<TResponse>, new() => CallAsync<TResponse>(request).GetAwaiter().GetResult();

    public void Dispose() => _http.Dispose();

    private async Task<TResponse> CallAsync<TResponse>(IMessage request) where TResponse : IMessage<TResponse>, new()
    {
        byte[] body = new byte[Prefix + request.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), (uint)(body.Length - Prefix));
        request.WriteTo(body.AsSpan(Prefix));

        string method = request.Descriptor.Name[..^"Request".Length];
        using HttpRequestMessage message = new(HttpMethod.Post, $"http://localhost/runtime.v1.RuntimeService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        message.Content.Headers.ContentType = new("application/grpc");
        message.Headers.TE.Add(new("trailers"));
        using HttpResponseMessage response = await _http.SendAsync(message).ConfigureAwait(false);
        byte[] answer = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);

        // The status of an error without a message may be in the header.
        string? status = Value(response.TrailingHeaders, "grpc-status") ?? Value(response.Headers, "grpc-status");
        if (status != "0")
        {
            string words = Value(response.TrailingHeaders, "grpc-message") ?? Value(response.Headers, "grpc-message") ?? $"HTTP {(int)response.StatusCode}";
            throw new CriException(status == null ? CriException.Unavailable : int.Parse(status), Uri.UnescapeDataString(words));
        }
        TResponse parsed = new();
        parsed.MergeFrom(answer.AsSpan(Prefix));
        return parsed;
    }

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
}
