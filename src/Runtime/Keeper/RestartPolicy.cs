// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Keeper;

/// <summary>When a keeper starts its container again: the words of Docker and Podman.</summary>
internal sealed record RestartPolicy
{
    private const string OnFailure = "on-failure", Always = "always";
    private const int FirstDelay = 100, LongestDelay = 60_000, Settled = 10_000;

    private bool _always;

    /// <summary>As it was given.</summary>
    public string Text { get; private init; } = KeeperRecord.NoRestart;

    /// <summary>How often; 0 for without a limit.</summary>
    public int Limit { get; private init; }

    /// <param name="text"><c>no</c>, <c>on-failure</c>, <c>on-failure:N</c> or <c>always</c>.</param>
    /// <exception cref="RuncsException"/>
    public static RestartPolicy Parse(string text)
    {
        int limit = 0;
        bool hasLimit = text.StartsWith(OnFailure + ":", StringComparison.Ordinal);
        bool isValid = text is KeeperRecord.NoRestart or OnFailure or Always
            || (hasLimit && int.TryParse(text.AsSpan(OnFailure.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit > 0);
        if (!isValid) throw RuncsException.At("--restart", $"must be no, on-failure, on-failure:N with N above 0, or always, got \"{text}\"");
        return new RestartPolicy { Text = text, Limit = limit, _always = text == Always };
    }

    /// <summary>Whether the container is started again.</summary>
    /// <param name="exitCode">The program's.</param>
    /// <param name="restarts">How often it has been already.</param>
    public bool Restarts(int exitCode, int restarts) => _always || (Text != KeeperRecord.NoRestart && exitCode != 0 && (Limit == 0 || restarts < Limit));

    /// <summary>The time until the next start, in milliseconds: it doubles, until the program has run for a while.</summary>
    /// <param name="last">The one before; 0 for none.</param>
    /// <param name="ran">How long the program ran, in milliseconds.</param>
    public static int Delay(int last, long ran) => last == 0 || ran >= Settled ? FirstDelay : Math.Min(last * 2, LongestDelay);
}
