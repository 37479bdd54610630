// SPDX-License-Identifier: Apache-2.0
using Runcs.Init.Protocol;
using Runcs.Native;

namespace Runcs.Conformance.Init;

/// <summary>An error reaches the parent as it was thrown in the container's init.</summary>
public class ErrorReportTests
{
    [Theory]
    [InlineData(0, FailureKind.Other)]
    [InlineData(Errno.ENOENT, FailureKind.NotFound)]
    [InlineData(Errno.EDQUOT, FailureKind.Hook)]
    public void Errno_and_kind_arrive(int errno, FailureKind kind)
    {
        RuncsException received = Send(new RuncsException("mounts[1]: größer") { Errno = new Errno(errno), Kind = kind });
        Assert.Equal("mounts[1]: größer", received.Message);
        Assert.Equal(errno, received.Errno.Value);
        Assert.Equal(kind, received.Kind);
    }

    [Fact]
    public void A_failed_call_arrives_with_its_field()
    {
        RuncsException received = Send(new Errno(Errno.EACCES).Failure("mounts[2]", "move_mount", "/data"));
        Assert.Equal("mounts[2]: move_mount(2) on \"/data\": permission denied (EACCES)", received.Message);
        Assert.Equal(Errno.EACCES, received.Errno.Value);
    }

    [Fact]
    public void A_reworded_error_keeps_its_errno() =>
        Assert.Equal(Errno.EPERM, Send(new RuncsException("other words", new Errno(Errno.EPERM).Failure("unshare", ""))).Errno.Value);

    [Fact]
    public void Any_other_exception_is_reported_as_a_bug() =>
        Assert.StartsWith("unexpected: System.InvalidOperationException: broken", Send(new InvalidOperationException("broken")).Message, StringComparison.Ordinal);

    /// <summary>pipe(7): a write of at most PIPE_BUF bytes arrives whole.</summary>
    [Theory]
    [InlineData('x')]
    [InlineData('ü')]
    [InlineData('€')]
    public void A_long_text_is_cut_at_a_character(char character)
    {
        const int PipeBuf = 4096;
        byte[] message = ErrorReport.Write(new RuncsException(new string(character, PipeBuf)));
        Assert.InRange(message.Length, PipeBuf - 3, PipeBuf);
        Assert.Equal("", ErrorReport.Read(message, out _)!.Message.Trim(character));
    }

    [Fact]
    public void An_incomplete_message_is_awaited()
    {
        byte[] message = ErrorReport.Write(new RuncsException("text"));
        Assert.Null(ErrorReport.Read(message.AsSpan(0, 8), out int size));
        Assert.Equal(message.Length, size);
        Assert.Null(ErrorReport.Read(message.AsSpan(0, message.Length - 1), out _));
    }

    [Fact]
    public void A_text_longer_than_possible_is_refused()
    {
        byte[] message = [.. InitMessage.Header(InitMessage.Error, ErrorReport.LongestText + 1), .. new byte[8192]];
        Assert.Null(ErrorReport.Read(message, out int size));
        Assert.Equal(0, size);
    }

    // The bytes after it belong to another message.
    private static RuncsException Send(Exception error)
    {
        byte[] message = ErrorReport.Write(error);
        RuncsException received = ErrorReport.Read([.. message, 1, 2, 3], out int size)!;
        Assert.Equal(message.Length, size);
        return received;
    }
}
