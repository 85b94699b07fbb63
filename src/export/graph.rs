//! The map as a graph for other programs: GEXF 1.2 (Gephi), GraphML, and its albums as a table.

use super::tables::line;
use crate::album::Album;
use crate::graph::EdgeList;
use gatefold_types::album_table::COLUMNS;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

/// An album of an exported graph.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// What is known of it.
    pub album: &'a Album,
    /// Where it stands on the map, in units of a cover; y grows downwards.
    pub at: [f32; 2],
    /// 0x00RRGGBB: the cover's mean colour.
    pub colour: u32,
    /// What its neighbourhood is called.
    pub neighbourhood: &'a str,
}

/// Albums and the lines between them, which name albums by their place in the list.
#[derive(Clone, Copy, Debug)]
pub struct Graph<'a> {
    /// The albums.
    pub nodes: &'a [Node<'a>],
    /// The lines, with similarity 0–1.
    pub edges: &'a EdgeList,
}

/// What is said of each album besides its name: key, type in GEXF, type in GraphML.
const ATTRIBUTES: [(&str, &str, &str); 9] = [
    ("artist", "string", "string"),
    ("title", "string", "string"),
    ("genre", "string", "string"),
    ("year", "integer", "int"),
    ("plays", "long", "long"),
    ("listeners", "long", "long"),
    ("popularity", "float", "float"),
    ("neighbourhood", "string", "string"),
    ("cover", "string", "string"),
];

fn values(node: &Node<'_>) -> [Option<String>; ATTRIBUTES.len()] {
    let album = node.album;
    [
        album.artist.clone(),
        album.title.clone(),
        album.genre.as_ref().map(ToString::to_string),
        album.year.map(|year| year.to_string()),
        album.plays.map(|n| n.to_string()),
        album.listeners.map(|n| n.to_string()),
        album.popularity.map(|p| p.to_string()),
        Some(node.neighbourhood.to_owned()).filter(|name| !name.is_empty()),
        album.cover.as_ref().map(|cover| cover.0.clone()),
    ]
}

type Xml = Writer<Vec<u8>>;

fn text(xml: Xml) -> String {
    // Only text was written.
    String::from_utf8(xml.into_inner()).unwrap_or_default()
}

/// Text without the characters that no XML may hold, however escaped.
fn legal(text: &str) -> String {
    let is_legal = |c: &char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    text.chars().filter(is_legal).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

/// The graph as GEXF 1.2, with positions and colours; Gephi opens it. Nothing here needs version 1.3, which networkx
/// before 3.6 does not read.
///
/// # Errors
/// None that a writer to memory gives.
pub fn gexf(graph: &Graph<'_>) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = xml.create_element("gexf").with_attributes([
        ("xmlns", "http://www.gexf.net/1.2draft"),
        ("xmlns:viz", "http://www.gexf.net/1.2draft/viz"),
        ("version", "1.2"),
    ]);
    root.write_inner_content(|xml| {
        let meta = xml.create_element("meta");
        meta.write_inner_content(|xml| {
            xml.create_element("creator").write_text_content(BytesText::new("Gatefold"))?;
            Ok(())
        })?;
        let body = xml.create_element("graph").with_attribute(("defaultedgetype", "undirected"));
        body.write_inner_content(|xml| {
            gexf_attributes(xml)?;
            xml.create_element("nodes")
                .write_inner_content(|xml| graph.nodes.iter().try_for_each(|node| gexf_node(xml, node)))?;
            xml.create_element("edges").write_inner_content(|xml| {
                for (number, (source, target, similarity)) in edges(graph).enumerate() {
                    let (number, weight) = (number.to_string(), similarity.to_string());
                    let line = [
                        ("id", number.as_str()),
                        ("source", &source),
                        ("target", &target),
                        ("weight", &weight),
                    ];
                    xml.create_element("edge").with_attributes(line).write_empty()?;
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(text(xml))
}

fn gexf_attributes(xml: &mut Xml) -> io::Result<()> {
    xml.create_element("attributes").with_attribute(("class", "node")).write_inner_content(|xml| {
        for (key, kind, _) in ATTRIBUTES {
            let attributes = [("id", key), ("title", key), ("type", kind)];
            xml.create_element("attribute").with_attributes(attributes).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn gexf_node(xml: &mut Xml, node: &Node<'_>) -> io::Result<()> {
    let (id, label) = (node.album.id.to_string(), legal(&node.album.display_title()));
    let element = xml.create_element("node").with_attributes([("id", id.as_str()), ("label", &label)]);
    element.write_inner_content(|xml| {
        xml.create_element("attvalues").write_inner_content(|xml| {
            for ((key, _, _), value) in ATTRIBUTES.iter().zip(values(node)) {
                if let Some(value) = value.as_deref().map(legal) {
                    let attributes = [("for", *key), ("value", value.as_str())];
                    xml.create_element("attvalue").with_attributes(attributes).write_empty()?;
                }
            }
            Ok(())
        })?;
        let [_, r, g, b] = node.colour.to_be_bytes().map(|byte| byte.to_string());
        let colour = [("r", r.as_str()), ("g", &g), ("b", &b)];
        xml.create_element("viz:color").with_attributes(colour).write_empty()?;
        // There y grows upwards.
        let (x, y) = ((100.0 * node.at[0]).to_string(), (-100.0 * node.at[1]).to_string());
        xml.create_element("viz:position")
            .with_attributes([("x", x.as_str()), ("y", &y), ("z", "0")])
            .write_empty()?;
        Ok(())
    })?;
    Ok(())
}

/// The graph as GraphML.
///
/// # Errors
/// None that a writer to memory gives.
pub fn graphml(graph: &Graph<'_>) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root =
        xml.create_element("graphml").with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
    root.write_inner_content(|xml| {
        let places = [("x", "", "float"), ("y", "", "float"), ("label", "", "string")];
        for (key, _, kind) in ATTRIBUTES.into_iter().chain(places) {
            let attributes = [("id", key), ("for", "node"), ("attr.name", key), ("attr.type", kind)];
            xml.create_element("key").with_attributes(attributes).write_empty()?;
        }
        let weight = [("id", "weight"), ("for", "edge"), ("attr.name", "weight"), ("attr.type", "float")];
        xml.create_element("key").with_attributes(weight).write_empty()?;
        let body = xml.create_element("graph").with_attribute(("edgedefault", "undirected"));
        body.write_inner_content(|xml| {
            graph.nodes.iter().try_for_each(|node| graphml_node(xml, node))?;
            for (source, target, similarity) in edges(graph) {
                let ends = [("source", source.as_str()), ("target", &target)];
                xml.create_element("edge")
                    .with_attributes(ends)
                    .write_inner_content(|xml| data(xml, "weight", &similarity.to_string()))?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(text(xml))
}

fn graphml_node(xml: &mut Xml, node: &Node<'_>) -> io::Result<()> {
    let id = node.album.id.to_string();
    xml.create_element("node").with_attribute(("id", id.as_str())).write_inner_content(|xml| {
        for ((key, _, _), value) in ATTRIBUTES.iter().zip(values(node)) {
            if let Some(value) = value {
                data(xml, key, &value)?;
            }
        }
        data(xml, "label", &node.album.display_title())?;
        data(xml, "x", &node.at[0].to_string())?;
        data(xml, "y", &node.at[1].to_string())
    })?;
    Ok(())
}

fn data(xml: &mut Xml, key: &str, value: &str) -> io::Result<()> {
    let value = legal(value);
    xml.create_element("data").with_attribute(("key", key)).write_text_content(BytesText::new(&value))?;
    Ok(())
}

/// Lines by the ids of their ends; those that name no album are left out.
fn edges<'a>(graph: &'a Graph<'_>) -> impl Iterator<Item = (String, String, f32)> + 'a {
    let id = |i: u32| graph.nodes.get(i as usize).map(|node| node.album.id.to_string());
    graph.edges.iter().filter_map(move |&(a, b, similarity)| Some((id(a)?, id(b)?, similarity)))
}

/// The albums as CSV: a line each, what is not known empty.
pub fn albums_csv(graph: &Graph<'_>) -> String {
    let mut out = String::new();
    line(&mut out, &COLUMNS);
    for node in graph.nodes {
        let mut fields = vec![node.album.id.to_string()];
        fields.extend(values(node).map(Option::unwrap_or_default));
        fields.extend(node.at.map(|x| x.to_string()));
        line(&mut out, &fields.iter().map(String::as_str).collect::<Vec<_>>());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::{AlbumId, CoverHash, Genre};
    use quick_xml::Reader;
    use std::collections::HashMap;

    fn album(id: u64, title: &str) -> Album {
        Album {
            id: AlbumId(id),
            artist: Some("“Q” & <A>".to_owned()),
            title: Some(title.to_owned()),
            track: None,
            genre: Genre::new("jazz"),
            genres: Vec::new(),
            year: Some(1959),
            plays: Some(7),
            listeners: None,
            popularity: None,
            audio: None,
            similar: Vec::new(),
            cover: Some(CoverHash("ab".to_owned())),
            key: "k".to_owned(),
            collection: None,
        }
    }

    fn with(check: impl Fn(&Graph<'_>)) {
        let albums = [album(1, "One, \"two\""), album(2, "Bell\u{7} & line\nbreak"), album(3, "Ünïcode 音")];
        let nodes: Vec<Node<'_>> = albums
            .iter()
            .map(|album| Node { album, at: [1.5, -2.0], colour: 0x0010_20ff, neighbourhood: "jazz in blue" })
            .collect();
        let edges = vec![(0, 1, 0.75), (1, 2, 0.5), (2, 9, 0.1)];
        check(&Graph { nodes: &nodes, edges: &edges });
    }

    /// Every element with its attributes, in order.
    fn elements(xml: &str) -> Vec<(String, HashMap<String, String>)> {
        let mut reader = Reader::from_str(xml);
        let mut found = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                        (key, attribute.unescape_value().unwrap().into_owned())
                    });
                    found.push((name, attributes.collect()));
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn gexf_read_again_has_every_album_and_every_line() {
        with(|graph| {
            let all = elements(&gexf(graph).unwrap());
            let named = |name: &str| -> Vec<HashMap<String, String>> {
                all.iter().filter(|(of, _)| of == name).map(|(_, attributes)| attributes.clone()).collect()
            };
            let (nodes, edges) = (named("node"), named("edge"));
            assert_eq!((nodes.len(), edges.len()), (3, 2), "a line to nowhere is left out");
            assert_eq!(nodes[0]["id"], "0000000000000001");
            assert_eq!(nodes[0]["label"], "One, \"two\"");
            assert_eq!(nodes[2]["label"], "Ünïcode 音");
            assert!(nodes[1]["label"].starts_with("Bell & line"));
            assert_eq!(
                (edges[0]["source"].as_str(), edges[0]["weight"].as_str()),
                ("0000000000000001", "0.75")
            );
            assert!(edges.iter().all(|edge| nodes.iter().any(|node| node["id"] == edge["target"])));
            let declared: Vec<String> = named("attribute").iter().map(|a| a["id"].clone()).collect();
            assert!(named("attvalue").iter().all(|value| declared.contains(&value["for"])));
            assert!(named("attvalue").iter().any(|value| value["value"] == "“Q” & <A>"));
            assert_eq!(named("viz:color")[0]["b"], "255");
        });
    }

    #[test]
    fn gexf_is_of_the_version_that_every_reader_knows() {
        with(|graph| {
            let root = &elements(&gexf(graph).unwrap())[0].1;
            let named = (root["version"].as_str(), root["xmlns"].as_str());
            assert_eq!(named, ("1.2", "http://www.gexf.net/1.2draft"));
        });
    }

    #[test]
    fn graphml_read_again_declares_every_key_that_it_uses() {
        with(|graph| {
            let all = elements(&graphml(graph).unwrap());
            let of = |name: &str, key: &str| -> Vec<String> {
                all.iter().filter(|(of, _)| of == name).map(|(_, a)| a[key].clone()).collect()
            };
            assert_eq!((of("node", "id").len(), of("edge", "source").len()), (3, 2));
            let declared = of("key", "id");
            assert!(of("data", "key").iter().all(|key| declared.contains(key)));
        });
    }

    #[test]
    fn the_table_has_the_columns_that_the_importer_knows_again() {
        let names = ATTRIBUTES.iter().map(|attribute| attribute.0);
        assert!(["id"].into_iter().chain(names).chain(["x", "y"]).eq(COLUMNS));
    }

    #[test]
    fn the_table_has_a_line_for_each_album_and_quotes_what_needs_it() {
        with(|graph| {
            let table = albums_csv(graph);
            let mut reader = csv::Reader::from_reader(table.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
            assert_eq!(rows.len(), 3);
            assert_eq!((&rows[0][0], &rows[0][2], &rows[0][5]), ("0000000000000001", "One, \"two\"", "7"));
        });
    }
}
