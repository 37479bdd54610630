// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Keeper.Attach;

/// <summary>The keys by which a user leaves a container, in Docker's notation: <c>ctrl-p,ctrl-q</c>, <c>ctrl-@,x</c>.</summary>
internal sealed class DetachKeys
{
    public const string Default = "ctrl-p,ctrl-q";

    private readonly byte[] _keys;
    private readonly List<byte> _passed = [];
    private int _matched;

    private DetachKeys(byte[] keys) => _keys = keys;

    /// <summary>All keys have been typed, one after the other.</summary>
    public bool AreComplete => _keys.Length > 0 && _matched == _keys.Length;

    /// <param name="text">Keys separated by commas: a character, or <c>ctrl-</c> and a to z, @, [, \, ], ^ or _. "" for none.</param>
    /// <exception cref="RuncsException"/>
    public static DetachKeys Parse(string text)
    {
        const string Control = "ctrl-";
        if (text.Length == 0) return new DetachKeys([]);
        var keys = new List<byte>();
        foreach (string key in text.Split(','))
        {
            char last = key.Length == 0 ? '\0' : char.ToUpperInvariant(key[^1]);
            if (key.Length == 1 && char.IsAscii(key[0])) keys.Add((byte)key[0]);
            // ascii(7): the control characters are 64 below these.
            else if (key.Length == Control.Length + 1 && key.StartsWith(Control, StringComparison.Ordinal) && last is >= '@' and <= '_') keys.Add((byte)(last - '@'));
            else throw RuncsException.At("--detach-keys", $"must be characters or ctrl-a to ctrl-z, ctrl-@, ctrl-[, ctrl-\\, ctrl-], ctrl-^ or ctrl-_, with commas between them, got \"{text}\"");
        }
        return new DetachKeys(keys.ToArray());
    }

    /// <summary>Takes what the user has typed.</summary>
    /// <returns>What the program gets: keys that may belong to the sequence are held until the next.</returns>
    public ReadOnlySpan<byte> Pass(ReadOnlySpan<byte> typed)
    {
        if (_keys.Length == 0) return typed;
        _passed.Clear();
        foreach (byte key in typed)
        {
            while (_matched > 0 && key != _keys[_matched]) Release();
            if (key == _keys[_matched]) _matched++;
            else _passed.Add(key);
            if (AreComplete) break;
        }
        return _passed.ToArray();
    }

    // The sequence may begin again within what has matched so far, as in ctrl-p ctrl-p ctrl-q.
    private void Release()
    {
        int length = _matched;
        do _matched--; while (_matched > 0 && !_keys.AsSpan(0, _matched).SequenceEqual(_keys.AsSpan(length - _matched, _matched)));
        _passed.AddRange(_keys.AsSpan(0, length - _matched));
    }
}
