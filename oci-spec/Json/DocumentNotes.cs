// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.OciSpec.Json;

/// <summary>
/// Remarks of a thorough reading, beside the faults: unknown members, duplicate members, and missing required members
/// that the types cannot show because they read as 0. A container start does not collect them.
/// </summary>
public sealed class DocumentNotes
{
    /// <summary>How many remarks are kept.</summary>
    private const int MostRemarks = 100;

    private readonly Stack<Frame> frames = new();
    private readonly List<(int Offset, string Remark)> remarks = [];

    /// <summary>The value entered next belongs to an unknown member.</summary>
    private bool unread;

    /// <summary>An open object or array.</summary>
    /// <param name="Offset">Its start.</param>
    /// <param name="Pattern">Its path, with <c>[]</c> for any element.</param>
    /// <param name="Names">The members so far; null for an array.</param>
    private sealed record Frame(int Offset, string Pattern, HashSet<string>? Names, bool IsUnread)
    {
        public string Current { get; set; } = "";
        public int CurrentOffset { get; set; }
    }

    /// <summary>The remarks with their places, in document order.</summary>
    /// <param name="document">The document that was read.</param>
    public DocumentFault[] In(ReadOnlySpan<byte> document)
    {
        // Missing members are known at the end of an object and reported at its start.
        remarks.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
        var place = new DocumentPlace(document);
        var placed = new DocumentFault[remarks.Count];
        for (int at = 0; at < placed.Length; at++)
            placed[at] = new DocumentFault(place.PathAt(remarks[at].Offset), remarks[at].Remark);
        return placed;
    }

    internal void EnterObject(int offset) => Enter(offset, new HashSet<string>(StringComparer.Ordinal));

    internal void EnterArray(int offset) => Enter(offset, null);

    internal void Leave()
    {
        Frame frame = frames.Pop();
        if (frame.Names == null || frame.IsUnread)
            return;
        foreach (string name in RequiredMembers.Of(frame.Pattern))
        {
            if (!frame.Names.Contains(name))
                Remark(frame.Offset, "lacks \"" + name + "\", which the specification requires: taken as 0");
        }
    }

    /// <summary>A member with this name has a value other than null at the offset.</summary>
    internal void Member(ReadOnlySpan<byte> name, int offset)
    {
        Frame frame = frames.Peek();
        (frame.Current, frame.CurrentOffset) = (Encoding.UTF8.GetString(name), offset);
        if (!frame.Names!.Add(frame.Current) && !frame.IsUnread)
            Remark(offset, "is a duplicate: the last one counts");
    }

    /// <summary>The remark about an unknown member.</summary>
    /// <param name="near">The known name that was probably meant; null for none.</param>
    internal static string UnknownMember(string? near) => "is not known, and ignored" + (near == null ? "" : ": did you mean \"" + near + "\"?");

    /// <summary>The member named last is unknown.</summary>
    /// <param name="near">The known name that was probably meant; null for none.</param>
    internal void Unknown(string? near)
    {
        if (!frames.TryPeek(out Frame? frame))
            return;
        Remark(frame.CurrentOffset, UnknownMember(near));
        unread = true;
    }

    /// <summary>The value that began last has ended.</summary>
    internal void Read() => unread = false;

    private void Enter(int offset, HashSet<string>? names)
    {
        bool isUnread = unread;
        unread = false;
        string pattern = "";
        if (frames.TryPeek(out Frame? outer))
        {
            isUnread |= outer.IsUnread;
            if (!isUnread)
                pattern = outer.Names == null ? outer.Pattern + "[]" : outer.Pattern.Length == 0 ? outer.Current : outer.Pattern + "." + outer.Current;
        }
        frames.Push(new Frame(offset, pattern, names, isUnread));
    }

    private void Remark(int offset, string remark)
    {
        if (remarks.Count < MostRemarks)
            remarks.Add((offset, remark));
    }
}
